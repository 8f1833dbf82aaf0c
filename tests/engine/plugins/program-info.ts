import type language from '@pulumi/pulumi/proto/language_pb.js';

/** The `runtime.options` of Pulumi.yaml. */
export function options(info: language.ProgramInfo | undefined): { nodeargs?: string; typescript?: boolean } {
  return info?.getOptions()?.toJavaScript() ?? {};
}
