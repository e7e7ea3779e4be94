export default {
  // Jest takes it from here alone when there are several projects.
  testTimeout: 30_000,
  projects: [
    '<rootDir>/libs/*',
    '<rootDir>/apps/{gateway,dispatcher,processor,web,cli,standalone,simulation,local-cluster}',
  ],
};
