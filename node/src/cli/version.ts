/** Version of this release; a test keeps it equal to package.json (a bundle has no package.json beside it). */
export const version = "0.1.0";
