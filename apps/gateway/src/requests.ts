export { cancel, deleteRecording, retry } from './change.ts';
export { abortUpload, completeUpload } from './complete-upload.ts';
export { announceUpload } from './create-upload.ts';
export type { GatewayDeps, RequestContext } from './deps.ts';
export { HttpProblem } from './problem.ts';
export { signParts } from './upload-parts.ts';
