import { isDocPageName } from './pages.ts';

/** What the URIs of pages begin with. */
export const docsUri = 'bedrock-gateway://docs/';

/** A link of Markdown, or an image. Its text may have one level of brackets. */
const link = /!?\[(?<text>(?:\[[^\][]*\]|[^\][])*)\]\((?<target>[^)\s]+)\)/g;

/**
 * A page as it reads outside of the repository: links to other pages become their URIs, links within the page and to the web stay, and
 * links to anything else in the repository become plain text. `folder` is the page's own below docs/, such as `compatibility/`, or empty.
 */
export function withoutRelativeLinks(page: string, folder: string): string {
  return page.replaceAll(link, (whole: string, text: string, target: string) => {
    if (/^(?:#|https?:)/.test(target)) return whole;
    const uri = whole.startsWith('!') ? undefined : uriOf(target, folder);
    return uri === undefined ? text : `[${text}](${uri})`;
  });
}

/** The URI of the page that a link leads to; undefined where it is no page that is served. */
function uriOf(target: string, folder: string): string | undefined {
  const { pathname, hash } = new URL(target, `file:///docs/${folder}`);
  const name = /^\/docs\/(?<name>.+)\.md$/.exec(pathname)?.groups?.['name'];
  return name !== undefined && isDocPageName(name) ? `${docsUri}${name}${hash}` : undefined;
}
