/** What a measured process is given besides its own settings. */
export const ownEnvironment = process.env;
