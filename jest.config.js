export default {
  projects: [
    '<rootDir>/libs/*',
    '<rootDir>/apps/{gateway,dispatcher,processor,web,cli,standalone,simulation,local-cluster}',
  ],
};
