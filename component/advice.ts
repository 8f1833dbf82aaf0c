/** A word of a shell command: quoted parts and others without blanks. */
const word = String.raw`((?:'[^']*'|"[^"]*"|[^\s'"])+?)`;
/** What ends a command within a sentence. */
const end = String.raw`(?=[.,:]?(?:\s|$))`;
const setCommands = new RegExp(
  String.raw`npx pulumi config set (?:--plaintext )?(?:--path )?${word} ${word}${end}`,
  'g',
);
const removeCommands = new RegExp(String.raw`npx pulumi config rm (?:--path )?${word}${end}`, 'g');

/**
 * A message about a stack's config as one about arguments: without the namespace of keys, and with what `pulumi config` commands say
 * in place of the commands.
 */
export function withoutCommands(message: string): string {
  return message
    .replace("The stack's config needs a change:", 'The arguments of BedrockGateway need a change:')
    .replaceAll(/\b(?:bedrock-gateway|aws):(?=[A-Za-z]+\b)/g, '')
    .replaceAll(setCommands, (_, key: string, value: string) => `set ${bare(key)} to ${bare(value)}`)
    .replaceAll(removeCommands, (_, key: string) => `remove ${bare(key)}`)
    .replaceAll(/(?<=(?:set|remove) .*) && (?=set|remove)/g, ' and ')
    .replaceAll(/\b(?:Set|Remove|Rename|Mend) it with: (\w)/g, (_, first: string) => first.toUpperCase());
}

/** A word without the quotes around it. */
function bare(text: string): string {
  return text.replace(/^(['"])(.*)\1$/s, '$2');
}
