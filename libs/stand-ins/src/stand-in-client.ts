/** Settings of an AWS client that talks to a server of this machine, as ministack and DynamoDB Local know it. */
export const standInClient = (endpoint: string) => ({
  region: 'us-east-1',
  endpoint,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
