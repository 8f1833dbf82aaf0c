import { randomBytes } from 'node:crypto';
import { startBedrockSimulator } from './bedrock/simulator.ts';
import type { Iam } from './iam/verify.ts';
import { startOpenAiSimulator } from './openai/simulator.ts';
import type { Bedrock, OpenAi, Options, SageMaker } from './options.ts';
import { startSageMakerSimulator } from './sagemaker/simulator.ts';
import { startSecretsManager } from './secrets-manager/secrets-manager.ts';
import { startSsm } from './ssm/ssm.ts';
import { startSts } from './sts/sts.ts';

/** Environment variables that say where a service is to be found. */
export type Endpoints = Readonly<Record<string, string>>;

export interface ServicesOptions {
  /** Who may sign calls, and what for. */
  readonly iam: Iam;
  /** Where the functions run, and where Bedrock is called. */
  readonly region: string;
  readonly bedrockRegion: string;
  /** The Bedrock key that is good on this machine. */
  readonly apiKey: string;
  /** The secret that holds the key of the OpenAI-compatible backend. */
  readonly secretArn: string | undefined;
  /** The parameter that holds further names of models, and its value at the moment. */
  readonly modelsParameter: { readonly name: string | undefined; readonly value: () => string | undefined };
  /** Takes what undoes it all. */
  readonly cleanup: (() => Promise<void>)[];
}

/** Everything that the functions reach, started where it is not elsewhere. Only these variables point to it. */
export async function startServices(
  { bedrock, openai, sagemaker }: Pick<Options, 'bedrock' | 'openai' | 'sagemaker'>,
  options: ServicesOptions,
): Promise<Endpoints> {
  const { iam, region, secretArn, modelsParameter, cleanup } = options;
  const started = async (service: Promise<Service>): Promise<string> => {
    const { url, close } = await service;
    cleanup.push(close);
    return url;
  };
  // Given to that backend alone.
  const openAiKey = (openai.kind === 'url' ? openai.key : undefined) ?? `sk-local-${randomBytes(24).toString('hex')}`;
  const secret = (arn: string): string | undefined => (arn === secretArn ? openAiKey : undefined);
  const parameter = (name: string): string | undefined =>
    name === modelsParameter.name ? modelsParameter.value() : undefined;
  return {
    ...(await bedrockEndpoints(bedrock, { ...options, started })),
    OPENAI_BASE_URL: await openAiBase(openai, { key: openAiKey, started }),
    AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: await sageMakerAt(sagemaker, { iam, region, started }),
    AWS_ENDPOINT_URL_STS: await started(startSts({ iam, region })),
    AWS_ENDPOINT_URL_SSM: await started(startSsm({ iam, region, parameter })),
    AWS_ENDPOINT_URL_SECRETS_MANAGER: await started(startSecretsManager({ iam, secret })),
  };
}

interface Service {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Notes how to end a service, and gives its address. */
interface Starting {
  readonly started: (service: Promise<Service>) => Promise<string>;
}

/** Both planes of Bedrock are at one place. */
async function bedrockEndpoints(
  bedrock: Bedrock,
  { apiKey, bedrockRegion: region, iam, started }: ServicesOptions & Starting,
): Promise<Endpoints> {
  if (bedrock.kind === 'aws') return {};
  const simulator = (): Promise<Service> => startBedrockSimulator({ keys: () => [apiKey], region, iam });
  const url = bedrock.kind === 'url' ? bedrock.url : await started(simulator());
  return { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url, AWS_ENDPOINT_URL_BEDROCK: url };
}

async function openAiBase(openai: OpenAi, { key, started }: { key: string } & Starting): Promise<string> {
  return openai.kind === 'url' ? openai.url : started(startOpenAiSimulator({ keys: () => [key] }));
}

async function sageMakerAt(
  sagemaker: SageMaker,
  { iam, region, started }: Pick<ServicesOptions, 'iam' | 'region'> & Starting,
): Promise<string> {
  return sagemaker.kind === 'url' ? sagemaker.url : started(startSageMakerSimulator({ iam, region }));
}
