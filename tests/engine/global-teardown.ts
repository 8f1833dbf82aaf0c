import { uninstall } from './support/installation.ts';

/** Jest requires a default export. */
// oxlint-disable-next-line import/no-default-export
export default uninstall;
