// Written by `npm run schemas`; changes made here are lost.

import type { JsonValue } from './json.ts';

export type AnyToolChoice = Record<string, never>;

export interface AppliedGuardrailDetails {
  guardrailArn?: string;
  guardrailId?: string;
  guardrailOrigin?: GuardrailOrigin[];
  guardrailOwnership?: GuardrailOwnership;
  guardrailVersion?: string;
}

export interface AudioBlock {
  error?: ErrorBlock;
  format: AudioFormat;
  source: AudioSource;
}

export type AudioFormat = 'mp3' | 'opus' | 'wav' | 'aac' | 'flac' | 'mp4' | 'ogg' | 'mkv' | 'mka' | 'x-aac' | 'm4a' | 'mpeg' | 'mpga' | 'pcm' | 'webm';

export type AudioSource =
  | { bytes: string }
  | { s3Location: S3Location };

export type AutoToolChoice = Record<string, never>;

export interface CacheDetail {
  inputTokens: number;
  ttl: CacheTTL;
}

export interface CachePointBlock {
  ttl?: CacheTTL;
  type: CachePointType;
}

export type CachePointType = 'default';

export type CacheTTL = '5m' | '1h';

export interface Citation {
  location?: CitationLocation;
  source?: string;
  sourceContent?: CitationSourceContent[];
  title?: string;
}

export interface CitationGeneratedContent {
  text: string;
}

export type CitationLocation =
  | { documentChar: DocumentCharLocation }
  | { documentChunk: DocumentChunkLocation }
  | { documentPage: DocumentPageLocation }
  | { searchResultLocation: SearchResultLocation }
  | { web: WebLocation };

export interface CitationSourceContent {
  text: string;
}

export interface CitationSourceContentDelta {
  text?: string;
}

export interface CitationsConfig {
  enabled: boolean;
}

export interface CitationsContentBlock {
  citations?: Citation[];
  content?: CitationGeneratedContent[];
}

export interface CitationsDelta {
  location?: CitationLocation;
  source?: string;
  sourceContent?: CitationSourceContentDelta[];
  title?: string;
}

export type ContentBlock =
  | { audio: AudioBlock }
  | { cachePoint: CachePointBlock }
  | { citationsContent: CitationsContentBlock }
  | { document: DocumentBlock }
  | { guardContent: GuardrailConverseContentBlock }
  | { image: ImageBlock }
  | { reasoningContent: ReasoningContentBlock }
  | { searchResult: SearchResultBlock }
  | { text: string }
  | { toolAddition: ToolAdditionBlock }
  | { toolRemoval: ToolRemovalBlock }
  | { toolResult: ToolResultBlock }
  | { toolUse: ToolUseBlock }
  | { video: VideoBlock };

export type ContentBlockDelta =
  | { citation: CitationsDelta }
  | { image: ImageBlockDelta }
  | { reasoningContent: ReasoningContentBlockDelta }
  | { text: string }
  | { toolResult: ToolResultBlockDelta[] }
  | { toolUse: ToolUseBlockDelta };

export interface ContentBlockDeltaEvent {
  contentBlockIndex: number;
  delta: ContentBlockDelta;
}

export type ContentBlockStart =
  | { image: ImageBlockStart }
  | { toolResult: ToolResultBlockStart }
  | { toolUse: ToolUseBlockStart };

export interface ContentBlockStartEvent {
  contentBlockIndex: number;
  start: ContentBlockStart;
}

export interface ContentBlockStopEvent {
  contentBlockIndex: number;
}

export type ConversationRole = 'user' | 'assistant' | 'system';

export type ConverseEvent =
  | { contentBlockDelta: ContentBlockDeltaEvent }
  | { contentBlockStart: ContentBlockStartEvent }
  | { contentBlockStop: ContentBlockStopEvent }
  | { messageStart: MessageStartEvent }
  | { messageStop: MessageStopEvent }
  | { metadata: ConverseStreamMetadataEvent };

export interface ConverseMetrics {
  latencyMs: number;
}

export interface ConverseOutput {
  message: Message;
}

export interface ConverseRequest {
  additionalModelRequestFields?: JsonValue;
  additionalModelResponseFieldPaths?: string[];
  guardrailConfig?: GuardrailConfiguration;
  inferenceConfig?: InferenceConfiguration;
  messages?: Message[];
  outputConfig?: OutputConfig;
  performanceConfig?: PerformanceConfiguration;
  promptVariables?: { [key: string]: PromptVariableValues };
  requestMetadata?: { [key: string]: string };
  serviceTier?: ServiceTier;
  system?: SystemContentBlock[];
  toolConfig?: ToolConfiguration;
}

export interface ConverseResponse {
  additionalModelResponseFields?: JsonValue;
  metrics: ConverseMetrics;
  output: ConverseOutput;
  performanceConfig?: PerformanceConfiguration;
  serviceTier?: ServiceTier;
  stopReason: StopReason;
  trace?: ConverseTrace;
  usage: TokenUsage;
}

export interface ConverseStreamMetadataEvent {
  metrics: ConverseStreamMetrics;
  performanceConfig?: PerformanceConfiguration;
  serviceTier?: ServiceTier;
  trace?: ConverseStreamTrace;
  usage: TokenUsage;
}

export interface ConverseStreamMetrics {
  latencyMs: number;
}

export interface ConverseStreamRequest {
  additionalModelRequestFields?: JsonValue;
  additionalModelResponseFieldPaths?: string[];
  guardrailConfig?: GuardrailStreamConfiguration;
  inferenceConfig?: InferenceConfiguration;
  messages?: Message[];
  outputConfig?: OutputConfig;
  performanceConfig?: PerformanceConfiguration;
  promptVariables?: { [key: string]: PromptVariableValues };
  requestMetadata?: { [key: string]: string };
  serviceTier?: ServiceTier;
  system?: SystemContentBlock[];
  toolConfig?: ToolConfiguration;
}

export interface ConverseStreamTrace {
  guardrail?: GuardrailTraceAssessment;
  promptRouter?: PromptRouterTrace;
}

export interface ConverseTrace {
  guardrail?: GuardrailTraceAssessment;
  promptRouter?: PromptRouterTrace;
}

export interface DocumentBlock {
  citations?: CitationsConfig;
  context?: string;
  format?: DocumentFormat;
  name: string;
  source: DocumentSource;
}

export interface DocumentCharLocation {
  documentIndex?: number;
  end?: number;
  start?: number;
}

export interface DocumentChunkLocation {
  documentIndex?: number;
  end?: number;
  start?: number;
}

export interface DocumentContentBlock {
  text: string;
}

export type DocumentFormat = 'pdf' | 'csv' | 'doc' | 'docx' | 'xls' | 'xlsx' | 'html' | 'txt' | 'md';

export interface DocumentPageLocation {
  documentIndex?: number;
  end?: number;
  start?: number;
}

export type DocumentSource =
  | { bytes: string }
  | { content: DocumentContentBlock[] }
  | { s3Location: S3Location }
  | { text: string };

export interface ErrorBlock {
  message?: string;
}

export interface GuardrailAssessment {
  appliedGuardrailDetails?: AppliedGuardrailDetails;
  automatedReasoningPolicy?: GuardrailAutomatedReasoningPolicyAssessment;
  contentPolicy?: GuardrailContentPolicyAssessment;
  contextualGroundingPolicy?: GuardrailContextualGroundingPolicyAssessment;
  invocationMetrics?: GuardrailInvocationMetrics;
  sensitiveInformationPolicy?: GuardrailSensitiveInformationPolicyAssessment;
  topicPolicy?: GuardrailTopicPolicyAssessment;
  wordPolicy?: GuardrailWordPolicyAssessment;
}

export type GuardrailAutomatedReasoningFinding =
  | { impossible: GuardrailAutomatedReasoningImpossibleFinding }
  | { invalid: GuardrailAutomatedReasoningInvalidFinding }
  | { noTranslations: GuardrailAutomatedReasoningNoTranslationsFinding }
  | { satisfiable: GuardrailAutomatedReasoningSatisfiableFinding }
  | { tooComplex: GuardrailAutomatedReasoningTooComplexFinding }
  | { translationAmbiguous: GuardrailAutomatedReasoningTranslationAmbiguousFinding }
  | { valid: GuardrailAutomatedReasoningValidFinding };

export interface GuardrailAutomatedReasoningImpossibleFinding {
  contradictingRules?: GuardrailAutomatedReasoningRule[];
  logicWarning?: GuardrailAutomatedReasoningLogicWarning;
  translation?: GuardrailAutomatedReasoningTranslation;
}

export interface GuardrailAutomatedReasoningInputTextReference {
  text?: string;
}

export interface GuardrailAutomatedReasoningInvalidFinding {
  contradictingRules?: GuardrailAutomatedReasoningRule[];
  logicWarning?: GuardrailAutomatedReasoningLogicWarning;
  translation?: GuardrailAutomatedReasoningTranslation;
}

export interface GuardrailAutomatedReasoningLogicWarning {
  claims?: GuardrailAutomatedReasoningStatement[];
  premises?: GuardrailAutomatedReasoningStatement[];
  type?: GuardrailAutomatedReasoningLogicWarningType;
}

export type GuardrailAutomatedReasoningLogicWarningType = 'ALWAYS_FALSE' | 'ALWAYS_TRUE';

export type GuardrailAutomatedReasoningNoTranslationsFinding = Record<string, never>;

export interface GuardrailAutomatedReasoningPolicyAssessment {
  findings?: GuardrailAutomatedReasoningFinding[];
}

export interface GuardrailAutomatedReasoningRule {
  identifier?: string;
  policyVersionArn?: string;
}

export interface GuardrailAutomatedReasoningSatisfiableFinding {
  claimsFalseScenario?: GuardrailAutomatedReasoningScenario;
  claimsTrueScenario?: GuardrailAutomatedReasoningScenario;
  logicWarning?: GuardrailAutomatedReasoningLogicWarning;
  translation?: GuardrailAutomatedReasoningTranslation;
}

export interface GuardrailAutomatedReasoningScenario {
  statements?: GuardrailAutomatedReasoningStatement[];
}

export interface GuardrailAutomatedReasoningStatement {
  logic?: string;
  naturalLanguage?: string;
}

export type GuardrailAutomatedReasoningTooComplexFinding = Record<string, never>;

export interface GuardrailAutomatedReasoningTranslation {
  claims?: GuardrailAutomatedReasoningStatement[];
  confidence?: number;
  premises?: GuardrailAutomatedReasoningStatement[];
  untranslatedClaims?: GuardrailAutomatedReasoningInputTextReference[];
  untranslatedPremises?: GuardrailAutomatedReasoningInputTextReference[];
}

export interface GuardrailAutomatedReasoningTranslationAmbiguousFinding {
  differenceScenarios?: GuardrailAutomatedReasoningScenario[];
  options?: GuardrailAutomatedReasoningTranslationOption[];
}

export interface GuardrailAutomatedReasoningTranslationOption {
  translations?: GuardrailAutomatedReasoningTranslation[];
}

export interface GuardrailAutomatedReasoningValidFinding {
  claimsTrueScenario?: GuardrailAutomatedReasoningScenario;
  logicWarning?: GuardrailAutomatedReasoningLogicWarning;
  supportingRules?: GuardrailAutomatedReasoningRule[];
  translation?: GuardrailAutomatedReasoningTranslation;
}

export interface GuardrailConfiguration {
  guardrailIdentifier?: string;
  guardrailVersion?: string;
  trace?: GuardrailTrace;
}

export interface GuardrailContentFilter {
  action: GuardrailContentPolicyAction;
  confidence: GuardrailContentFilterConfidence;
  detected?: boolean;
  filterStrength?: GuardrailContentFilterStrength;
  type: GuardrailContentFilterType;
}

export type GuardrailContentFilterConfidence = 'NONE' | 'LOW' | 'MEDIUM' | 'HIGH';

export type GuardrailContentFilterStrength = 'NONE' | 'LOW' | 'MEDIUM' | 'HIGH';

export type GuardrailContentFilterType = 'INSULTS' | 'HATE' | 'SEXUAL' | 'VIOLENCE' | 'MISCONDUCT' | 'PROMPT_ATTACK';

export type GuardrailContentPolicyAction = 'BLOCKED' | 'NONE';

export interface GuardrailContentPolicyAssessment {
  filters: GuardrailContentFilter[];
}

export interface GuardrailContextualGroundingFilter {
  action: GuardrailContextualGroundingPolicyAction;
  detected?: boolean;
  score: number;
  threshold: number;
  type: GuardrailContextualGroundingFilterType;
}

export type GuardrailContextualGroundingFilterType = 'GROUNDING' | 'RELEVANCE';

export type GuardrailContextualGroundingPolicyAction = 'BLOCKED' | 'NONE';

export interface GuardrailContextualGroundingPolicyAssessment {
  filters?: GuardrailContextualGroundingFilter[];
}

export type GuardrailConverseContentBlock =
  | { image: GuardrailConverseImageBlock }
  | { text: GuardrailConverseTextBlock };

export type GuardrailConverseContentQualifier = 'grounding_source' | 'query' | 'guard_content';

export interface GuardrailConverseImageBlock {
  format: GuardrailConverseImageFormat;
  source: GuardrailConverseImageSource;
}

export type GuardrailConverseImageFormat = 'png' | 'jpeg';

export interface GuardrailConverseImageSource {
  bytes: string;
}

export interface GuardrailConverseTextBlock {
  qualifiers?: GuardrailConverseContentQualifier[];
  text: string;
}

export interface GuardrailCoverage {
  images?: GuardrailImageCoverage;
  textCharacters?: GuardrailTextCharactersCoverage;
}

export interface GuardrailCustomWord {
  action: GuardrailWordPolicyAction;
  detected?: boolean;
  match: string;
}

export interface GuardrailImageCoverage {
  guarded?: number;
  total?: number;
}

export interface GuardrailInvocationMetrics {
  guardrailCoverage?: GuardrailCoverage;
  guardrailProcessingLatency?: number;
  usage?: GuardrailUsage;
}

export interface GuardrailManagedWord {
  action: GuardrailWordPolicyAction;
  detected?: boolean;
  match: string;
  type: GuardrailManagedWordType;
}

export type GuardrailManagedWordType = 'PROFANITY';

export type GuardrailOrigin = 'REQUEST' | 'ACCOUNT_ENFORCED' | 'ORGANIZATION_ENFORCED';

export type GuardrailOwnership = 'SELF' | 'CROSS_ACCOUNT';

export interface GuardrailPiiEntityFilter {
  action: GuardrailSensitiveInformationPolicyAction;
  detected?: boolean;
  match: string;
  type: GuardrailPiiEntityType;
}

export type GuardrailPiiEntityType = 'ADDRESS' | 'AGE' | 'AWS_ACCESS_KEY' | 'AWS_SECRET_KEY' | 'CA_HEALTH_NUMBER' | 'CA_SOCIAL_INSURANCE_NUMBER' | 'CREDIT_DEBIT_CARD_CVV' | 'CREDIT_DEBIT_CARD_EXPIRY' | 'CREDIT_DEBIT_CARD_NUMBER' | 'DRIVER_ID' | 'EMAIL' | 'INTERNATIONAL_BANK_ACCOUNT_NUMBER' | 'IP_ADDRESS' | 'LICENSE_PLATE' | 'MAC_ADDRESS' | 'NAME' | 'PASSWORD' | 'PHONE' | 'PIN' | 'SWIFT_CODE' | 'UK_NATIONAL_HEALTH_SERVICE_NUMBER' | 'UK_NATIONAL_INSURANCE_NUMBER' | 'UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER' | 'URL' | 'USERNAME' | 'US_BANK_ACCOUNT_NUMBER' | 'US_BANK_ROUTING_NUMBER' | 'US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER' | 'US_PASSPORT_NUMBER' | 'US_SOCIAL_SECURITY_NUMBER' | 'VEHICLE_IDENTIFICATION_NUMBER';

export interface GuardrailRegexFilter {
  action: GuardrailSensitiveInformationPolicyAction;
  detected?: boolean;
  match?: string;
  name?: string;
  regex?: string;
}

export type GuardrailSensitiveInformationPolicyAction = 'ANONYMIZED' | 'BLOCKED' | 'NONE';

export interface GuardrailSensitiveInformationPolicyAssessment {
  piiEntities: GuardrailPiiEntityFilter[];
  regexes: GuardrailRegexFilter[];
}

export interface GuardrailStreamConfiguration {
  guardrailIdentifier?: string;
  guardrailVersion?: string;
  streamProcessingMode?: GuardrailStreamProcessingMode;
  trace?: GuardrailTrace;
}

export type GuardrailStreamProcessingMode = 'sync' | 'async';

export interface GuardrailTextCharactersCoverage {
  guarded?: number;
  total?: number;
}

export interface GuardrailTopic {
  action: GuardrailTopicPolicyAction;
  detected?: boolean;
  name: string;
  type: GuardrailTopicType;
}

export type GuardrailTopicPolicyAction = 'BLOCKED' | 'NONE';

export interface GuardrailTopicPolicyAssessment {
  topics: GuardrailTopic[];
}

export type GuardrailTopicType = 'DENY';

export type GuardrailTrace = 'enabled' | 'disabled' | 'enabled_full';

export interface GuardrailTraceAssessment {
  actionReason?: string;
  inputAssessment?: { [key: string]: GuardrailAssessment };
  modelOutput?: string[];
  outputAssessments?: { [key: string]: GuardrailAssessment[] };
}

export interface GuardrailUsage {
  automatedReasoningPolicies?: number;
  automatedReasoningPolicyUnits?: number;
  contentPolicyImageUnits?: number;
  contentPolicyUnits: number;
  contextualGroundingPolicyUnits: number;
  sensitiveInformationPolicyFreeUnits: number;
  sensitiveInformationPolicyUnits: number;
  topicPolicyUnits: number;
  wordPolicyUnits: number;
}

export type GuardrailWordPolicyAction = 'BLOCKED' | 'NONE';

export interface GuardrailWordPolicyAssessment {
  customWords: GuardrailCustomWord[];
  managedWordLists: GuardrailManagedWord[];
}

export interface ImageBlock {
  error?: ErrorBlock;
  format: ImageFormat;
  source: ImageSource;
}

export interface ImageBlockDelta {
  error?: ErrorBlock;
  source?: ImageSource;
}

export interface ImageBlockStart {
  format: ImageFormat;
}

export type ImageFormat = 'png' | 'jpeg' | 'gif' | 'webp';

export type ImageSource =
  | { bytes: string }
  | { s3Location: S3Location };

export interface InferenceConfiguration {
  maxTokens?: number;
  stopSequences?: string[];
  temperature?: number;
  topP?: number;
}

export interface JsonSchemaDefinition {
  description?: string;
  name?: string;
  schema: string;
}

export interface Message {
  content: ContentBlock[];
  role: ConversationRole;
}

export interface MessageStartEvent {
  role: ConversationRole;
}

export interface MessageStopEvent {
  additionalModelResponseFields?: JsonValue;
  stopReason: StopReason;
}

export interface OutputConfig {
  effort?: string;
  textFormat?: OutputFormat;
}

export interface OutputFormat {
  structure: OutputFormatStructure;
  type: OutputFormatType;
}

export interface OutputFormatStructure {
  jsonSchema: JsonSchemaDefinition;
}

export type OutputFormatType = 'json_schema';

export type PerformanceConfigLatency = 'standard' | 'optimized';

export interface PerformanceConfiguration {
  latency?: PerformanceConfigLatency;
}

export interface PromptRouterTrace {
  invokedModelId?: string;
}

export interface PromptVariableValues {
  text: string;
}

export type ReasoningContentBlock =
  | { reasoningText: ReasoningTextBlock }
  | { redactedContent: string };

export type ReasoningContentBlockDelta =
  | { redactedContent: string }
  | { signature: string }
  | { text: string };

export interface ReasoningTextBlock {
  signature?: string;
  text: string;
}

export interface S3Location {
  bucketOwner?: string;
  uri: string;
}

export interface SearchResultBlock {
  citations?: CitationsConfig;
  content: SearchResultContentBlock[];
  source: string;
  title: string;
}

export interface SearchResultContentBlock {
  text: string;
}

export interface SearchResultLocation {
  end?: number;
  searchResultIndex?: number;
  start?: number;
}

export interface ServiceTier {
  type: ServiceTierType;
}

export type ServiceTierType = 'priority' | 'default' | 'flex' | 'reserved';

export interface SpecificToolChoice {
  name: string;
}

export type StopReason = 'end_turn' | 'tool_use' | 'max_tokens' | 'stop_sequence' | 'guardrail_intervened' | 'content_filtered' | 'malformed_model_output' | 'malformed_tool_use' | 'model_context_window_exceeded';

export type SystemContentBlock =
  | { cachePoint: CachePointBlock }
  | { guardContent: GuardrailConverseContentBlock }
  | { text: string };

export interface SystemTool {
  name: string;
}

export interface TokenUsage {
  cacheDetails?: CacheDetail[];
  cacheReadInputTokens?: number;
  cacheWriteInputTokens?: number;
  inputTokens: number;
  outputTokens: number;
  totalTokens: number;
}

export type Tool =
  | { cachePoint: CachePointBlock }
  | { systemTool: SystemTool }
  | { toolSpec: ToolSpecification };

export interface ToolAdditionBlock {
  tool: ToolReference;
}

export type ToolChoice =
  | { any: AnyToolChoice }
  | { auto: AutoToolChoice }
  | { tool: SpecificToolChoice };

export interface ToolConfiguration {
  toolChoice?: ToolChoice;
  tools: Tool[];
}

export interface ToolInputSchema {
  json: JsonValue;
}

export interface ToolReference {
  name?: string;
  serverName?: string;
  type?: string;
}

export interface ToolRemovalBlock {
  tool: ToolReference;
}

export interface ToolResultBlock {
  content: ToolResultContentBlock[];
  status?: ToolResultStatus;
  toolUseId: string;
  type?: string;
}

export type ToolResultBlockDelta =
  | { json: JsonValue }
  | { text: string };

export interface ToolResultBlockStart {
  status?: ToolResultStatus;
  toolUseId: string;
  type?: string;
}

export type ToolResultContentBlock =
  | { document: DocumentBlock }
  | { image: ImageBlock }
  | { json: JsonValue }
  | { searchResult: SearchResultBlock }
  | { text: string }
  | { video: VideoBlock };

export type ToolResultStatus = 'success' | 'error';

export interface ToolSpecification {
  description?: string;
  inputSchema: ToolInputSchema;
  name: string;
  strict?: boolean;
}

export interface ToolUseBlock {
  input: JsonValue;
  name: string;
  toolUseId: string;
  type?: ToolUseType;
}

export interface ToolUseBlockDelta {
  input: string;
}

export interface ToolUseBlockStart {
  name: string;
  toolUseId: string;
  type?: ToolUseType;
}

export type ToolUseType = 'server_tool_use';

export interface VideoBlock {
  format: VideoFormat;
  source: VideoSource;
}

export type VideoFormat = 'mkv' | 'mov' | 'mp4' | 'webm' | 'flv' | 'mpeg' | 'mpg' | 'wmv' | 'three_gp';

export type VideoSource =
  | { bytes: string }
  | { s3Location: S3Location };

export interface WebLocation {
  domain?: string;
  url?: string;
}

/** Modelled errors of bedrock-runtime's operations with their HTTP statuses. */
export const converseExceptionStatus = {
  AccessDeniedException: 403,
  ConflictException: 400,
  InternalServerException: 500,
  ModelErrorException: 424,
  ModelNotReadyException: 429,
  ModelStreamErrorException: 424,
  ModelTimeoutException: 408,
  ResourceNotFoundException: 404,
  ServiceQuotaExceededException: 400,
  ServiceUnavailableException: 503,
  ThrottlingException: 429,
  ValidationException: 400,
} as const;

export type ConverseExceptionName = keyof typeof converseExceptionStatus;
