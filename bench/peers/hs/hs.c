/* hs: throughput of Hyperscan (or Vectorscan, which has the same interface) in
 * block mode, over one file held in memory, on one thread.
 *
 *     hs PATTERNS FILE REPS [som]
 *
 * PATTERNS is a file of lines "name<TAB>expression". Prints one JSON object a
 * repetition: bytes, matches, CPU seconds of the scan alone (the file is read and
 * the patterns are compiled before). The library reports every end of a match,
 * so a repeated class counts more than once: its figure stands beside ours to
 * show that the work was done, it is no count of values. With "som" the library
 * also finds where matches start, which it does not do by default and which an
 * exact place needs; lengths that are too large for that are refused by it.
 *
 *     cc -O2 -o hs hs.c $(pkg-config --cflags --libs libhs)
 */
#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PATTERNS = 16384, LINE = 1024 };

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx) {
	(void)id; (void)from; (void)to; (void)flags;
	++*(unsigned long long *)ctx;
	return 0;
}

static double cpu_seconds(void) {
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static char *read_file(const char *path, size_t *len) {
	FILE *f = fopen(path, "rb");
	if (!f) { perror("hs: open"); exit(2); }
	fseek(f, 0, SEEK_END);
	*len = (size_t)ftell(f);
	rewind(f);
	char *data = malloc(*len + 1);
	if (!data || fread(data, 1, *len, f) != *len) { fprintf(stderr, "hs: cannot read the file\n"); exit(2); }
	data[*len] = 0;
	fclose(f);
	return data;
}

static hs_database_t *compile(const char *path, unsigned flag) {
	static char text[MAX_PATTERNS][LINE];
	static const char *expr[MAX_PATTERNS];
	static unsigned flags[MAX_PATTERNS], ids[MAX_PATTERNS];
	unsigned n = 0;
	FILE *f = fopen(path, "r");
	if (!f) { perror("hs: open"); exit(2); }
	while (n < MAX_PATTERNS && fgets(text[n], LINE, f)) {
		char *tab = strchr(text[n], '\t');
		if (!tab) continue;
		tab[strcspn(tab, "\n")] = 0;
		expr[n] = tab + 1;
		flags[n] = flag;
		ids[n] = n;
		n++;
	}
	fclose(f);
	hs_database_t *db = NULL;
	hs_compile_error_t *err = NULL;
	/* Thousands of words compile for half a minute: what was compiled is kept. */
	char kept[LINE];
	snprintf(kept, sizeof kept, "%s.db", path);
	if (n > 64 && access(kept, R_OK) == 0) {
		size_t len;
		char *data = read_file(kept, &len);
		if (hs_deserialize_database(data, len, &db) == HS_SUCCESS) { free(data); return db; }
		free(data);
	}
	if (hs_compile_multi(expr, flags, ids, n, HS_MODE_BLOCK, NULL, &db, &err) != HS_SUCCESS) {
		fprintf(stderr, "hs: compile: %s\n", err->message);
		exit(2);
	}
	char *data = NULL;
	size_t len = 0;
	if (n > 64 && hs_serialize_database(db, &data, &len) == HS_SUCCESS) {
		FILE *out = fopen(kept, "wb");
		if (out) { fwrite(data, 1, len, out); fclose(out); }
		free(data);
	}
	return db;
}

int main(int argc, char **argv) {
	if (argc < 4) { fprintf(stderr, "usage: hs PATTERNS FILE REPS [som]\n"); return 2; }
	hs_database_t *db = compile(argv[1], argc > 4 && !strcmp(argv[4], "som") ? HS_FLAG_SOM_LEFTMOST : 0);
	hs_scratch_t *scratch = NULL;
	if (hs_alloc_scratch(db, &scratch) != HS_SUCCESS) { fprintf(stderr, "hs: no scratch\n"); return 2; }
	size_t len;
	char *data = read_file(argv[2], &len);
	for (int i = atoi(argv[3]); i > 0; i--) {
		unsigned long long matches = 0;
		double start = cpu_seconds();
		if (hs_scan(db, data, (unsigned)len, 0, scratch, on_match, &matches) != HS_SUCCESS) { fprintf(stderr, "hs: scan failed\n"); return 2; }
		printf("{\"bytes\":%zu,\"matches\":%llu,\"cpu_s\":%.6f}\n", len, matches, cpu_seconds() - start);
		fflush(stdout);
	}
	return 0;
}
