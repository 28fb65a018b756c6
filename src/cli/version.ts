/** Replaced with the version of package.json when the command is bundled. */
declare const __VFMIG_VERSION__: string
export const VERSION: string = __VFMIG_VERSION__
