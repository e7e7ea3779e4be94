// What a C programmer would write for the same jobs, compiled with -O3: the yardstick of `npm run bench -- edf`.
// yardstick MODE FILE prints the seconds of one pass, after one that is not counted. `scan` takes a folder.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 256 * 1024, MAX_SIGNALS = 512 };

typedef struct {
  int samples, offset, is_annotations, digital_min, digital_max;
  float gain, shift;
} signal_t;

typedef struct {
  int signal_count, record_count, header_bytes, record_bytes;
  signal_t signals[MAX_SIGNALS];
} header_t;

typedef struct {
  int min, max;
  int64_t sum;
  uint64_t squares;
  int64_t at_min, at_max, repeated;
  int previous;
} stats_t;

static header_t header;
static int file;
static float *kept[MAX_SIGNALS];
static float *scratch[MAX_SIGNALS];
static stats_t stats[MAX_SIGNALS];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static double number(const char *field, int length) {
  char text[16];
  memcpy(text, field, length);
  text[length] = 0;
  return atof(text);
}

static void parse(const char *bytes, header_t *h) {
  h->signal_count = number(bytes + 252, 4);
  h->record_count = number(bytes + 236, 8);
  h->header_bytes = 256 * (h->signal_count + 1);
  const char *fields = bytes + 256;
  int n = h->signal_count, offset = 0;
  for (int i = 0; i < n && i < MAX_SIGNALS; i++) {
    signal_t *s = &h->signals[i];
    double pmin = number(fields + n * 104 + i * 8, 8), pmax = number(fields + n * 112 + i * 8, 8);
    double dmin = number(fields + n * 120 + i * 8, 8), dmax = number(fields + n * 128 + i * 8, 8);
    s->samples = number(fields + n * 216 + i * 8, 8);
    s->is_annotations = memcmp(fields + i * 16, "EDF Annotations", 15) == 0;
    s->offset = offset;
    s->digital_min = dmin;
    s->digital_max = dmax;
    double gain = (pmax - pmin) / (dmax - dmin);
    s->gain = gain;
    s->shift = pmax / gain - dmax;
    offset += s->samples;
  }
  h->record_bytes = offset * 2;
}

static void open_file(const char *name) {
  static char bytes[256 * (MAX_SIGNALS + 1)];
  file = open(name, O_RDONLY);
  if (file < 0 || pread(file, bytes, sizeof bytes, 0) < 256) exit(2);
  parse(bytes, &header);
}

static void read_fully(void *to, size_t length, off_t from) {
  for (size_t done = 0; done < length;) {
    ssize_t got = pread(file, (char *)to + done, length - done, from + done);
    if (got <= 0) exit(3);
    done += got;
  }
}

static void convert(float *restrict out, const int16_t *restrict in, int n, float gain, float shift) {
  for (int i = 0; i < n; i++) out[i] = gain * (in[i] + shift);
}

static void measure(const int16_t *restrict in, int n, const signal_t *s, stats_t *t) {
  int16_t low = in[0], high = in[0];
  int sum = 0;
  for (int i = 0; i < n; i++) {
    low = in[i] < low ? in[i] : low;
    high = in[i] > high ? in[i] : high;
    sum += in[i];
  }
  uint64_t squares = 0;
  for (int i = 0; i < n; i++) squares += (uint64_t)(in[i] * (int64_t)in[i]);
  int at_min = 0, at_max = 0, repeated = in[0] == t->previous;
  for (int i = 0; i < n; i++) {
    at_min += in[i] == s->digital_min;
    at_max += in[i] == s->digital_max;
  }
  for (int i = 1; i < n; i++) repeated += in[i] == in[i - 1];
  if (low < t->min) t->min = low;
  if (high > t->max) t->max = high;
  t->sum += sum;
  t->squares += squares;
  t->at_min += at_min;
  t->at_max += at_max;
  t->repeated += repeated;
  t->previous = in[n - 1];
}

enum { READ, STREAM, STATS, KEPT };

static void pass(int mode) {
  static char *chunk;
  if (!chunk) chunk = aligned_alloc(4096, CHUNK * 64);
  int per_chunk = CHUNK / header.record_bytes;
  if (per_chunk < 1) per_chunk = 1;
  for (int s = 0; s < header.signal_count; s++) {
    if (!scratch[s]) scratch[s] = aligned_alloc(64, ((size_t)header.signals[s].samples * per_chunk * 4 + 63) & ~63ul);
    stats[s] = (stats_t){.min = 1 << 20, .max = -(1 << 20), .previous = 1 << 20};
  }
  for (int r = 0; r < header.record_count; r += per_chunk) {
    int count = header.record_count - r < per_chunk ? header.record_count - r : per_chunk;
    read_fully(chunk, (size_t)count * header.record_bytes, header.header_bytes + (off_t)r * header.record_bytes);
    if (mode == READ) continue;
    for (int k = 0; k < count; k++) {
      const int16_t *record = (const int16_t *)(chunk + (size_t)k * header.record_bytes);
      for (int i = 0; i < header.signal_count; i++) {
        const signal_t *s = &header.signals[i];
        if (s->is_annotations) continue;
        float *out = mode == KEPT ? kept[i] + (size_t)(r + k) * s->samples : scratch[i] + (size_t)k * s->samples;
        convert(out, record + s->offset, s->samples, s->gain, s->shift);
        if (mode == STATS) measure(record + s->offset, s->samples, s, &stats[i]);
      }
    }
  }
}

static void take_memory(void) {
  for (int s = 0; s < header.signal_count; s++)
    kept[s] = mmap(0, (size_t)header.signals[s].samples * header.record_count * 4, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void give_memory(void) {
  for (int s = 0; s < header.signal_count; s++)
    munmap(kept[s], (size_t)header.signals[s].samples * header.record_count * 4);
}

static int scan(const char *folder) {
  static char bytes[8192];
  int found = 0;
  DIR *dir = opendir(folder);
  struct dirent *entry;
  while ((entry = readdir(dir))) {
    if (entry->d_name[0] == '.') continue;
    int one = openat(dirfd(dir), entry->d_name, O_RDONLY);
    struct stat info;
    fstat(one, &info);
    if (pread(one, bytes, sizeof bytes, 0) >= 256) parse(bytes, &header);
    found += header.signal_count > 0 && info.st_size > 0;
    close(one);
  }
  closedir(dir);
  return found;
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  const char *mode = arguments[1];
  double begun, spent;
  if (!strcmp(mode, "scan")) {
    scan(arguments[2]);
    begun = now();
    if (scan(arguments[2]) == 0) return 4;
    spent = now() - begun;
  } else {
    open_file(arguments[2]);
    int is_fresh = !strcmp(mode, "fresh");
    int job = !strcmp(mode, "read") ? READ : !strcmp(mode, "stats") ? STATS : !strcmp(mode, "stream") ? STREAM : KEPT;
    if (job == KEPT) take_memory();
    pass(is_fresh ? READ : job);
    begun = now();
    pass(job);
    spent = now() - begun;
    if (job == KEPT) give_memory();
  }
  float use = scratch[0] ? scratch[0][0] : 0;
  fprintf(stderr, "%f %lld\n", use, (long long)stats[0].squares);
  printf("%.6f\n", spent);
  return 0;
}
