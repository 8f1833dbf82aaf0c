// Written by `npm run schemas`; changes made here are lost.

export interface FoundationModelDetails {
  customizationsSupported?: ModelCustomization[];
  inferenceTypesSupported?: InferenceType[];
  inputModalities?: ModelModality[];
  modelArn: string;
  modelId: string;
  modelLifecycle?: FoundationModelLifecycle;
  modelName?: string;
  outputModalities?: ModelModality[];
  providerName?: string;
  responseStreamingSupported?: boolean;
}

export interface FoundationModelLifecycle {
  endOfLifeTime?: string;
  legacyTime?: string;
  publicExtendedAccessTime?: string;
  startOfLifeTime?: string;
  status: FoundationModelLifecycleStatus;
}

export type FoundationModelLifecycleStatus = 'ACTIVE' | 'LEGACY' | (string & {});

export interface FoundationModelSummary {
  customizationsSupported?: ModelCustomization[];
  inferenceTypesSupported?: InferenceType[];
  inputModalities?: ModelModality[];
  modelArn: string;
  modelId: string;
  modelLifecycle?: FoundationModelLifecycle;
  modelName?: string;
  outputModalities?: ModelModality[];
  providerName?: string;
  responseStreamingSupported?: boolean;
}

export interface GetFoundationModelResponse {
  modelDetails?: FoundationModelDetails;
}

export interface GetInferenceProfileResponse {
  createdAt?: string;
  description?: string;
  inferenceProfileArn: string;
  inferenceProfileId: string;
  inferenceProfileName: string;
  models: InferenceProfileModel[];
  status: InferenceProfileStatus;
  type: InferenceProfileType;
  updatedAt?: string;
}

export interface InferenceProfileModel {
  modelArn?: string;
}

export type InferenceProfileStatus = 'ACTIVE' | (string & {});

export interface InferenceProfileSummary {
  createdAt?: string;
  description?: string;
  inferenceProfileArn: string;
  inferenceProfileId: string;
  inferenceProfileName: string;
  models: InferenceProfileModel[];
  status: InferenceProfileStatus;
  type: InferenceProfileType;
  updatedAt?: string;
}

export type InferenceProfileType = 'SYSTEM_DEFINED' | 'APPLICATION' | (string & {});

export type InferenceType = 'ON_DEMAND' | 'PROVISIONED' | (string & {});

export interface ListFoundationModelsResponse {
  modelSummaries?: FoundationModelSummary[];
}

export interface ListInferenceProfilesResponse {
  inferenceProfileSummaries?: InferenceProfileSummary[];
  nextToken?: string;
}

export type ModelCustomization = 'FINE_TUNING' | 'CONTINUED_PRE_TRAINING' | 'DISTILLATION' | (string & {});

export type ModelModality = 'TEXT' | 'IMAGE' | 'EMBEDDING' | (string & {});
