import * as edf from './index.ts';

test('the library exports these names and no others', () => {
  expect(Object.keys(edf).sort()).toMatchInlineSnapshot(`
    [
      "EdfError",
      "FindingCollector",
      "TimelineBuilder",
      "byteSourceFromBlob",
      "byteSourceFromBytes",
      "byteSourceFromUrl",
      "checkAnnotations",
      "checkHeader",
      "dataRecordCountIn",
      "decimalFromNanoseconds",
      "digitalSamplesInto",
      "encodeDataRecord",
      "encodeHeader",
      "findingCatalogue",
      "findingOf",
      "headerByteLengthFrom",
      "isEdfError",
      "nanosecondsFromDecimal",
      "openEdf",
      "parseHeader",
      "parseRecordAnnotations",
      "physicalScale",
      "readAnnotations",
      "readDigital",
      "readPhysical",
      "recordBlocks",
      "sampleRateHz",
    ]
  `);
});
