/** The version of package.json. The bundle is one file, which may be copied away from it. */
export const version = '0.1.0';
