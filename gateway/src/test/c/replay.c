// Gives files to the fuzz target: what was once found, or begun with, stays read in every run of the tests.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_INPUT = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path) {
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(MAX_INPUT);
    if (file == NULL || data == NULL) {
        perror(path);
        return 1;
    }
    size_t size = fread(data, 1, MAX_INPUT, file);
    fclose(file);
    // A buffer of its exact size, so that a sanitizer sees every step beyond it.
    data = realloc(data, size > 0 ? size : 1);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 0;
}

int main(int argc, char **argv) {
    int failures = argc < 2;
    for (int i = 1; i < argc; i++) {
        failures += replay(argv[i]);
    }
    printf("fuzz corpus: %d of %d read\n", argc - 1 - failures, argc - 1);
    return failures > 0;
}
