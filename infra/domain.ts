import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { tags } from './naming.ts';
import type { DomainSettings } from './settings.ts';

/** An API behind the domain, and the beginning of its paths; the API with the empty key gets all other paths. */
export interface Mapping {
  readonly key: string;
  readonly apiId: pulumi.Input<string>;
  readonly stageName: pulumi.Input<string>;
}

/** AWS's host name behind the domain, and the Route 53 zone of that name, which alias records need. */
export interface DnsTarget {
  readonly domainName: string;
  readonly hostedZoneId: string;
}

/** Arguments of the gateway's domain. */
export interface DomainArgs {
  readonly domain: DomainSettings;
  /** The Route 53 zone for the records; undefined if the stack writes none. */
  readonly zoneId: pulumi.Input<string> | undefined;
  readonly mappings: readonly Mapping[];
}

/** The gateway's own host name: its certificate, its DNS records, and the mapping from paths to APIs. */
export class Domain extends pulumi.ComponentResource {
  /** The target of the host's DNS record. */
  readonly target: pulumi.Output<DnsTarget>;

  constructor(name: string, args: DomainArgs, options?: pulumi.ComponentResourceOptions) {
    super('bedrock-gateway:infra:Domain', name, {}, options);
    const { zoneId } = args;
    const { host, certificateArn } = args.domain;
    const domainName = new aws.apigatewayv2.DomainName(
      name,
      {
        domainName: host,
        domainNameConfiguration: {
          certificateArn: certificateArn ?? this.certificate(name, host, zoneId),
          endpointType: 'REGIONAL',
          securityPolicy: 'TLS_1_2', // takes 1.3 as well; the newer policies exclude HTTP APIs
          ipAddressType: 'dualstack',
        },
        tags: tags(),
      },
      { parent: this },
    );
    for (const mapping of args.mappings) this.addMapping(name, domainName, mapping);
    this.target = domainName.domainNameConfiguration.apply(({ targetDomainName, hostedZoneId }) => ({
      domainName: targetDomainName,
      hostedZoneId,
    }));
    if (zoneId !== undefined) this.addAddresses(name, host, zoneId);
    this.registerOutputs({ target: this.target });
  }

  /** Requests a certificate from ACM, and waits until ACM has seen the DNS record that proves who owns the domain. */
  private certificate(name: string, host: string, zoneId: DomainArgs['zoneId']): pulumi.Output<string> {
    if (zoneId === undefined)
      throw new Error('without DNS records there must be a certificate: settings has checked it');
    const certificate = new aws.acm.Certificate(
      name,
      { domainName: host, validationMethod: 'DNS', tags: tags() },
      { parent: this },
    );
    const proof = certificate.domainValidationOptions.apply(([option]) => {
      if (option === undefined)
        throw new pulumi.RunError(`ACM names no DNS record that would validate ${host} yet. Run again: npx pulumi up`);
      return option;
    });
    const record = new aws.route53.Record(
      `${name}-validation`,
      {
        zoneId,
        name: proof.resourceRecordName,
        type: proof.resourceRecordType,
        records: [proof.resourceRecordValue],
        ttl: 300,
        allowOverwrite: true, // ACM always asks an account for the same record: it may still be there
      },
      { parent: this },
    );
    const validation = new aws.acm.CertificateValidation(
      name,
      { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
      { parent: this },
    );
    return validation.certificateArn;
  }

  private addMapping(name: string, domainName: aws.apigatewayv2.DomainName, { key, apiId, stageName }: Mapping): void {
    const suffix = key === '' ? 'default' : key.replaceAll('/', '-');
    new aws.apigatewayv2.ApiMapping(
      `${name}-${suffix}`,
      { domainName: domainName.id, apiId, stage: stageName, ...(key !== '' && { apiMappingKey: key }) },
      { parent: this },
    );
  }

  /** Writes records for IPv4 and IPv6. Without allowOverwrite: a record that already exists belongs to somebody. */
  private addAddresses(name: string, host: string, zoneId: pulumi.Input<string>): void {
    const target = { name: this.target.domainName, zoneId: this.target.hostedZoneId, evaluateTargetHealth: false };
    for (const type of ['A', 'AAAA']) {
      new aws.route53.Record(
        `${name}-${type.toLowerCase()}`,
        { zoneId, name: host, type, aliases: [target] },
        { parent: this },
      );
    }
  }
}
