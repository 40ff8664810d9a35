// What a program tells of itself by OSC 7501.
#ifndef PORTER_REPORT_H
#define PORTER_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REPORT_MESSAGE = 600, REPORT_JSON = 2048 };

struct report {
    const char *state;                // as the record names it, or NULL: nothing is told (any more)
    bool permission;                  // what it is blocked by; otherwise a question
    char message[REPORT_MESSAGE + 1]; // printable UTF-8
};

/// Reads the body of a sequence. False if it tells nothing, or about a part of the program only (`id`).
bool report_parse(struct report *report, const char *body, size_t length);
bool report_equal(const struct report *one, const struct report *other);

/// Copies printable UTF-8: a control character becomes a blank, and what is no UTF-8 a question mark. A
/// character that does not fit is left out with all behind it.
void printable_copy(char *to, size_t size, const char *from, size_t length);
/// Writes a text as a JSON string. It has at most twice the length, and three bytes.
size_t json_string(char *to, const char *text);

#endif
