export { annotationsParquet } from './annotations-parquet.ts';
export { statisticsParquet } from './statistics-parquet.ts';
export { previewSvg } from './preview-svg.ts';
