// The same jobs done with EDFlib (Debian libedf-dev): edflib MODE FILE prints the seconds of one pass.
#include <dirent.h>
#include <edflib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct edf_hdr_struct header;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static void stream(const char *name) {
  static double values[1 << 16];
  if (edfopen_file_readonly(name, &header, EDFLIB_DO_NOT_READ_ANNOTATIONS)) exit(2);
  for (int record = 0; record < header.datarecords_in_file; record++)
    for (int s = 0; s < header.edfsignals; s++)
      if (edfread_physical_samples(header.handle, s, header.signalparam[s].smp_in_datarecord, values) < 0) exit(3);
  edfclose_file(header.handle);
}

static void annotations(const char *name) {
  struct edf_annotation_struct annotation;
  if (edfopen_file_readonly(name, &header, EDFLIB_READ_ALL_ANNOTATIONS)) exit(2);
  for (int i = 0; i < header.annotations_in_file; i++) edf_get_annotation(header.handle, i, &annotation);
  edfclose_file(header.handle);
}

static void scan(const char *folder) {
  char path[4096];
  DIR *dir = opendir(folder);
  struct dirent *entry;
  while ((entry = readdir(dir))) {
    if (entry->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    if (edfopen_file_readonly(path, &header, EDFLIB_DO_NOT_READ_ANNOTATIONS)) exit(2);
    edfclose_file(header.handle);
  }
  closedir(dir);
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  void (*job)(const char *) = !strcmp(arguments[1], "stream") ? stream : !strcmp(arguments[1], "scan") ? scan : annotations;
  if (job != stream) job(arguments[2]);
  double begun = now();
  job(arguments[2]);
  printf("%.6f\n", now() - begun);
  return 0;
}
