import type { Reference, ResourceType } from './resource-type.ts';

const vpcType = 'aws:ec2/vpc:Vpc';
const groupType = 'aws:ec2/securityGroup:SecurityGroup';
const subnetType = 'aws:ec2/subnet:Subnet';
const tableType = 'aws:ec2/routeTable:RouteTable';

const inVpc: Reference = {
  value: '{vpcId}',
  to: { [vpcType]: '{id}' },
  missing: "InvalidVpcID.NotFound: The vpc ID '{vpcId}' does not exist",
  held: 'DependencyViolation: The vpc has dependencies and cannot be deleted',
};

const ofGroup: Reference = {
  value: '{securityGroupId}',
  to: { [groupType]: '{id}' },
  missing: "InvalidGroup.NotFound: The security group '{securityGroupId}' does not exist",
};

const toGroup: Reference = {
  value: '{referencedSecurityGroupId}',
  to: { [groupType]: '{id}' },
  missing: "InvalidGroup.NotFound: The security group '{referencedSecurityGroupId}' does not exist",
  held: 'DependencyViolation: resource has a dependent object',
};

const ruleInputs = ['securityGroupId'];

/** A VPC as awsx makes it, and what the stack adds: endpoints of services, and who may reach them. */
export const network: Readonly<Record<string, ResourceType>> = {
  [vpcType]: { label: 'EC2 VPC', id: 'vpc-{random}', fixed: ['cidrBlock', 'instanceTenancy'] },
  [subnetType]: {
    label: 'EC2 Subnet',
    id: 'subnet-{random}',
    fixed: ['vpcId', 'cidrBlock', 'availabilityZone'],
    refers: [inVpc],
  },
  [tableType]: { label: 'EC2 Route Table', id: 'rtb-{random}', fixed: ['vpcId'], refers: [inVpc] },
  [groupType]: {
    label: 'EC2 Security Group',
    id: 'sg-{random}',
    fixed: ['name', 'description', 'vpcId'],
    autoNamed: 'name',
    refers: [inVpc],
  },
  'aws:ec2/vpcEndpoint:VpcEndpoint': {
    label: 'EC2 VPC Endpoint',
    id: 'vpce-{random}',
    outputs: { prefixListId: 'pl-{random}', state: 'available' },
    fixed: ['vpcId', 'serviceName', 'vpcEndpointType'],
    refers: [
      inVpc,
      {
        value: '{routeTableIds.0}',
        to: { [tableType]: '{id}' },
        missing: "InvalidRouteTableId.NotFound: The routeTable ID '{routeTableIds.0}' does not exist",
      },
      {
        value: '{subnetIds.0}',
        to: { [subnetType]: '{id}' },
        missing: "InvalidSubnetId.NotFound: The subnet ID '{subnetIds.0}' does not exist",
        held: 'DependencyViolation: The subnet has dependencies and cannot be deleted',
      },
      {
        value: '{securityGroupIds.0}',
        to: { [groupType]: '{id}' },
        missing: "InvalidGroup.NotFound: The security group '{securityGroupIds.0}' does not exist",
        held: 'DependencyViolation: resource has a dependent object',
      },
    ],
  },
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule': {
    label: 'VPC Security Group Egress Rule',
    id: 'sgr-{random}',
    fixed: ruleInputs,
    refers: [ofGroup, toGroup],
  },
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule': {
    label: 'VPC Security Group Ingress Rule',
    id: 'sgr-{random}',
    fixed: ruleInputs,
    refers: [ofGroup, toGroup],
  },
};
