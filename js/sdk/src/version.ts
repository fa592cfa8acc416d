/** The version of this package, which its log records name; a test holds it to package.json. */
export const version = '0.1.0'
