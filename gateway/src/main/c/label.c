#include "label.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// The first word that is not an assignment (`CC=gcc make`), and its length.
static const char *program_of(const char *command, size_t *length) {
    for (const char *at = command;; at += *length) {
        at += strspn(at, " \t\n");
        *length = strcspn(at, " \t\n");
        if (*length == 0 || memchr(at, '=', *length) == NULL) {
            return at;
        }
    }
}

void label_title(const char *command, char title[LABEL_TITLE]) {
    size_t length, kept = 0;
    const char *word = program_of(command, &length);
    for (size_t i = 0; i < length && kept < LABEL_TITLE - 1; i++) {
        if (word[i] == '/') {
            kept = 0; // drop the directory
        } else if (isalnum((unsigned char)word[i]) || word[i] == '_' || (kept > 0 && strchr(".+-", word[i]) != NULL)) {
            title[kept++] = word[i];
        }
    }
    title[kept] = 0;
    if (kept == 0) {
        strcpy(title, "command");
    }
}

/// The length of the well-formed UTF-8 character at `at`; 0 for anything else.
static size_t utf8_length(const uint8_t *at) {
    size_t length = at[0] < 0x80 ? 1 : at[0] >= 0xC2 && at[0] < 0xE0 ? 2 : at[0] >= 0xE0 && at[0] < 0xF0 ? 3
                                   : at[0] >= 0xF0 && at[0] < 0xF5   ? 4
                                                                     : 0;
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return length;
}

static bool is_control(const uint8_t *at) {
    return at[0] < 0x20 || at[0] == 0x7F || (at[0] == 0xC2 && at[1] < 0xA0); // C0, DEL and C1
}

void label_command(const char *command, char text[LABEL_COMMAND]) {
    const uint8_t *at = (const uint8_t *)command;
    size_t kept = 0;
    while (*at != 0) {
        size_t length = utf8_length(at);
        if (kept + (length == 0 ? 1 : length) > LABEL_COMMAND - 3) { // keep room for the escape and the NUL
            break;
        }
        if (length == 0) {
            text[kept++] = '?';
            at++;
        } else if (is_control(at)) {
            text[kept++] = ' ';
            at += length;
        } else {
            memcpy(text + kept, at, length);
            kept += length;
            at += length;
        }
    }
    if (kept > 0 && text[kept - 1] == ';') {
        text[kept - 1] = '\\';
        text[kept++] = ';';
    }
    text[kept] = 0;
}
