import * as pulumi from '@pulumi/pulumi';

/**
 * The version of @pulumi/awsx whose VPC is declared. The component runs in awsx's own plugin, which the engine fetches when a program declares
 * it; the package of this name for Node only says so. It would bring 11 MB of other packages, and Pulumi would fetch the plugins of all of them
 * (awsx, docker twice, docker-build) for every stack, also without a private network.
 */
const awsxVersion = '3.9.0';

/** Arguments of awsx's VPC, as far as they are used here. */
interface VpcArgs {
  readonly cidrBlock: string;
  readonly numberOfAvailabilityZones?: number;
  readonly availabilityZoneNames?: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * A VPC of @pulumi/awsx with one isolated subnet in each of its zones: no route leads out of it. awsx attaches an internet gateway to each VPC,
 * to which nothing here has a route or a public address.
 */
export class Vpc extends pulumi.ComponentResource {
  declare readonly vpcId: pulumi.Output<string>;
  declare readonly isolatedSubnetIds: pulumi.Output<string[]>;
  /** The routing tables of the subnets. */
  declare readonly routeTables: pulumi.Output<{ readonly id: pulumi.Input<string> }[]>;

  constructor(name: string, args: VpcArgs, options?: pulumi.ComponentResourceOptions) {
    const inputs = {
      ...args,
      // AWS resolves the names of its services to the endpoints only in a VPC with both.
      enableDnsHostnames: true,
      enableDnsSupport: true,
      natGateways: { strategy: 'None' },
      subnetStrategy: 'Auto',
      subnetSpecs: [{ type: 'Isolated', name: 'functions' }],
    };
    const outputs = { vpcId: undefined, isolatedSubnetIds: undefined, routeTables: undefined };
    super('awsx:ec2:Vpc', name, { ...inputs, ...outputs }, { ...options, version: awsxVersion }, true);
  }
}
