import { candidates } from '../candidates.ts';
import type { Command } from '../command.ts';
import { programName } from '../command-line.ts';
import { UsageError } from '../failure.ts';

/** What each shell runs at the tab key: it asks the program itself, which knows its commands and flags. */
const scripts: Readonly<Record<string, string>> = {
  bash: `_bedrock_gateway() {
  local IFS=$'\\n'
  COMPREPLY=($(${programName} completion candidates -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f 1))
}
complete -o default -F _bedrock_gateway ${programName}
`,
  zsh: `#compdef ${programName}
_bedrock_gateway() {
  local -a found
  found=("\${(@f)$(${programName} completion candidates -- "\${(@)words[2,CURRENT]}" 2>/dev/null | sed 's/:/\\\\:/g' | tr '\\t' ':')}")
  if [[ -n "\${found[1]}" ]]; then _describe ${programName} found; else _files; fi
}
compdef _bedrock_gateway ${programName}
`,
  fish: `complete -c ${programName} -f -a '(${programName} completion candidates -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
};

/** Prints a script for a shell, or what could come next on a command line. */
export const completionCommand: Command = {
  words: ['completion'],
  summary: 'Print the completion script for a shell',
  description: 'For bash: eval "$(bedrock-gateway completion bash)". bedrock-gateway must be on the PATH.',
  arguments: [
    { name: 'shell', description: 'bash, zsh or fish' },
    { name: 'words', description: "the words of a command line, after 'candidates'", count: 'any' },
  ],
  isLocal: true,
  example: 'completion bash',
  run: ({ argument, rest, commands }) => {
    const shell = argument('shell');
    const text = shell === 'candidates' ? candidates(commands, rest) : scripts[shell];
    if (text === undefined) throw new UsageError(`unknown shell '${shell}': bash, zsh and fish are supported`);
    return Promise.resolve({ json: { shell, text }, text: () => text });
  },
};
