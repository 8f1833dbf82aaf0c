import { uninstall } from './support/installation.ts';

/** Jest asks for a default export. */
// oxlint-disable-next-line import/no-default-export
export default uninstall;
