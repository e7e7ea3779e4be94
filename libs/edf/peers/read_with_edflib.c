// What EDFlib reads from recordings, as one JSON object a file and line: read_with_edflib [--values] FILE...
// With --version the version of EDFlib and nothing else.
// With --values all values; otherwise 32-bit FNV-1a digests of them as little-endian int32 (digital) and float64
// (physical). Bytes of texts are given as the characters U+0000 to U+00FF, whatever they encode.
#include <edflib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct edf_hdr_struct header;

static void print_text(const char *text) {
  putchar('"');
  for (; *text != 0; text++) {
    unsigned char byte = (unsigned char)*text;
    if (byte < 0x20 || byte > 0x7e || byte == '"' || byte == '\\') printf("\\u%04x", byte);
    else putchar(byte);
  }
  putchar('"');
}

static uint32_t fnv1a(const void *values, size_t length) {
  const unsigned char *bytes = values;
  uint32_t hash = 0x811c9dc5u;
  for (size_t i = 0; i < length; i++) hash = (hash ^ bytes[i]) * 0x01000193u;
  return hash;
}

static void *room_for(size_t count, size_t width) {
  void *values = malloc((count > 0 ? count : 1) * width);
  if (values == NULL) exit(3);
  return values;
}

static void print_signal(int signal, int with_values) {
  const struct edf_param_struct *one = &header.signalparam[signal];
  size_t count = (size_t)one->smp_in_file;
  int *digital = room_for(count, sizeof *digital);
  double *physical = room_for(count, sizeof *physical);
  edfrewind(header.handle, signal);
  size_t integers = (size_t)edfread_digital_samples(header.handle, signal, (int)count, digital);
  edfrewind(header.handle, signal);
  size_t numbers = (size_t)edfread_physical_samples(header.handle, signal, (int)count, physical);
  printf("{\"label\":");
  print_text(one->label);
  if (integers != count || numbers != count) {
    printf(",\"count\":-1");
  } else if (with_values) {
    printf(",\"count\":%zu,\"digital\":[", count);
    for (size_t i = 0; i < count; i++) printf("%s%d", i == 0 ? "" : ",", digital[i]);
    printf("],\"physical\":[");
    for (size_t i = 0; i < count; i++) printf("%s%.17g", i == 0 ? "" : ",", physical[i]);
    putchar(']');
  } else {
    printf(",\"count\":%zu,\"digitalFnv1a\":%u,\"physicalFnv1a\":%u", count,
           fnv1a(digital, count * sizeof *digital), fnv1a(physical, count * sizeof *physical));
  }
  putchar('}');
  free(digital);
  free(physical);
}

static void print_file(const char *path, int with_values) {
  printf("{\"file\":");
  print_text(path);
  if (edfopen_file_readonly(path, &header, EDFLIB_READ_ALL_ANNOTATIONS)) {
    printf(",\"error\":\"%d\"}\n", header.filetype);
    return;
  }
  printf(",\"start\":\"%04d-%02d-%02dT%02d:%02d:%02d\",\"startOffset100ns\":%lld", header.startdate_year,
         header.startdate_month, header.startdate_day, header.starttime_hour, header.starttime_minute,
         header.starttime_second, header.starttime_subsecond);
  printf(",\"dataRecordCount\":%lld,\"signals\":[", header.datarecords_in_file);
  for (int signal = 0; signal < header.edfsignals; signal++) {
    if (signal > 0) putchar(',');
    print_signal(signal, with_values);
  }
  printf("],\"annotations\":[");
  for (long long i = 0; i < header.annotations_in_file; i++) {
    struct edf_annotation_struct annotation;
    if (edf_get_annotation(header.handle, (int)i, &annotation)) exit(4);
    printf("%s[%lld,%lld,", i == 0 ? "" : ",", annotation.onset, annotation.duration_l);
    print_text(annotation.annotation);
    putchar(']');
  }
  printf("]}\n");
  edfclose_file(header.handle);
}

int main(int count, char **arguments) {
  if (count == 2 && strcmp(arguments[1], "--version") == 0) {
    printf("%d.%02d\n", edflib_version() / 100, edflib_version() % 100);
    return 0;
  }
  int with_values = count > 1 && strcmp(arguments[1], "--values") == 0;
  if (count < 2 + with_values) return 2;
  for (int i = 1 + with_values; i < count; i++) print_file(arguments[i], with_values);
  return 0;
}
