import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { tags } from '../naming.ts';
import { defaultZones } from '../settings/private-network.ts';
import type { PrivateNetworkConfig } from '../settings/private-network.ts';
import { endpointsOf } from './endpoints.ts';
import type { EndpointUse, ServiceEndpoint } from './endpoints.ts';
import { Vpc } from './vpc.ts';

/** Where a function has its network interfaces. */
export interface FunctionVpc {
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly securityGroupIds: pulumi.Input<string>[];
}

/** Arguments of the private network. */
export interface PrivateNetworkArgs {
  readonly network: PrivateNetworkConfig;
  readonly region: string;
}

const httpsOnly = { ipProtocol: 'tcp', fromPort: 443, toPort: 443 };

/**
 * A VPC for the functions without a way to the internet: they reach the endpoints of the services that the config uses, over TLS, and nothing
 * else.
 */
export class PrivateNetwork extends pulumi.ComponentResource {
  /** The subnets of the functions, and their security group. */
  readonly forFunctions: FunctionVpc;
  readonly #name: string;
  readonly #region: string;
  readonly #vpc: Vpc;
  readonly #functions: aws.ec2.SecurityGroup;

  constructor(name: string, { network, region }: PrivateNetworkArgs, options?: pulumi.ComponentResourceOptions) {
    super('bedrock-gateway:infra:PrivateNetwork', name, {}, options);
    const { cidrBlock, zones } = network;
    const zoneArgs = zones.length > 0 ? { availabilityZoneNames: zones } : { numberOfAvailabilityZones: defaultZones };
    const vpc = new Vpc(name, { cidrBlock, ...zoneArgs, tags: tags() }, { parent: this });
    this.#name = name;
    this.#region = region;
    this.#vpc = vpc;
    this.#functions = this.securityGroup('functions', 'Functions of the gateway: to the endpoints only');
    this.forFunctions = { subnetIds: vpc.isolatedSubnetIds, securityGroupIds: [this.#functions.id] };
    this.registerOutputs({ vpcId: vpc.vpcId });
  }

  /** Declares the endpoints that the functions need, and lets the functions reach them. */
  connect(use: EndpointUse): void {
    const endpoints = endpointsOf(use);
    const interfaces = endpoints.filter(({ type }) => type === 'Interface');
    const group = this.securityGroup('endpoints', 'Endpoints of AWS services: from the functions only');
    for (const each of interfaces) {
      const subnetIds = this.#vpc.isolatedSubnetIds;
      this.endpoint(each, { privateDnsEnabled: true, subnetIds, securityGroupIds: [group.id] });
    }
    this.allowOut('endpoints', { referencedSecurityGroupId: group.id });
    new aws.vpc.SecurityGroupIngressRule(
      `${this.#name}-endpoints`,
      { securityGroupId: group.id, referencedSecurityGroupId: this.#functions.id, ...httpsOnly, tags: tags() },
      { parent: this },
    );
    const routeTableIds = this.#vpc.routeTables.apply((tables) => pulumi.all(tables.map(({ id }) => id)));
    for (const each of endpoints.filter(({ type }) => type === 'Gateway')) {
      const { prefixListId } = this.endpoint(each, { routeTableIds });
      this.allowOut(each.service, { prefixListId });
    }
  }

  private endpoint(
    { service, type, statements }: ServiceEndpoint,
    args: Partial<aws.ec2.VpcEndpointArgs>,
  ): aws.ec2.VpcEndpoint {
    return new aws.ec2.VpcEndpoint(
      `${this.#name}-${service.replace('.', '-')}`,
      {
        vpcId: this.#vpc.vpcId,
        serviceName: `com.amazonaws.${this.#region}.${service}`,
        vpcEndpointType: type,
        policy: pulumi.jsonStringify({ Version: '2012-10-17', Statement: statements }),
        ...args,
        tags: tags(),
      },
      { parent: this },
    );
  }

  private securityGroup(purpose: string, description: string): aws.ec2.SecurityGroup {
    const args = { vpcId: this.#vpc.vpcId, description, tags: tags() };
    return new aws.ec2.SecurityGroup(`${this.#name}-${purpose}`, args, { parent: this });
  }

  /** Lets the functions open connections to a destination. */
  private allowOut(
    to: string,
    destination: Pick<aws.vpc.SecurityGroupEgressRuleArgs, 'prefixListId' | 'referencedSecurityGroupId'>,
  ): void {
    new aws.vpc.SecurityGroupEgressRule(
      `${this.#name}-to-${to}`,
      { securityGroupId: this.#functions.id, ...destination, ...httpsOnly, tags: tags() },
      { parent: this },
    );
  }
}
