// Unit tests of the reports that programs make by OSC 7501. Prints nothing when all is well.
#include "osc.h"
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

#define CHECK(condition)                                                                                              \
    do {                                                                                                              \
        if (!(condition)) {                                                                                           \
            fprintf(stderr, "%s:%d: %s\n", __func__, __LINE__, #condition);                                           \
            failures++;                                                                                               \
        }                                                                                                             \
    } while (0)

// --- sequences

/// What was found: each body, with `!` behind it, or `*` if BEL has ended it.
static char bodies[1024];

static void note(void *context, const char *body, size_t length, bool bell) {
    (void)context;
    size_t used = strlen(bodies);
    snprintf(bodies + used, sizeof bodies - used, "%.*s%s", (int)length, body, bell ? "*" : "!");
}

static const char *found(const char *output, size_t piece) {
    static struct osc osc;
    size_t length = strlen(output);
    memset(&osc, 0, sizeof osc);
    bodies[0] = 0;
    for (size_t at = 0; at < length; at += piece) {
        size_t count = length - at < piece ? length - at : piece;
        uint8_t *exact = malloc(count); // a sanitizer sees every step beyond it
        if (exact == NULL) {
            abort();
        }
        memcpy(exact, output + at, count);
        osc_scan(&osc, exact, count, 1, note, NULL);
        free(exact);
    }
    return bodies;
}

static void finds(const char *output, const char *expected) {
    for (size_t piece = 1; piece <= strlen(output); piece++) {
        if (strcmp(found(output, piece), expected) != 0) {
            fprintf(stderr, "in pieces of %zu: '%s' instead of '%s'\n", piece, bodies, expected);
            failures++;
            return;
        }
    }
}

static void sequences_are_found_wherever_they_are_cut(void) {
    finds("\033]7501;state=done\033\\", "state=done!");
    finds("text\033]7501;state=done\atext", "state=done*");
    finds("\033]7501;?\033\\\033[c", "?!");
    finds("\033[1m\033]7501;a\a\033]7501;b\033\\\033(B\033]7501;c\a", "a*b!c*");
    finds("\033\r]7501;a\a", "a*");
    finds("\033]75\r01;a\nb\a", "ab*");
    finds("\033\033]7501;a\a", "a*");
}

static void what_is_another_sequence_is_not_one(void) {
    finds("\033]750;a\a\033]75011;a\a\033]7501\a\033]07501;a\a\033]7501a\a", "");
    finds("\033]2;title 7501;state=done\033\\", "");
    finds("]7501;a\a\033[]7501;a\a\033(]7501;a\a", "");
}

static void what_is_cancelled_or_not_ended_is_not_one(void) {
    finds("\033]7501;a\030\a\033]7501;b\032", "");
    finds("\033]7501;a", "");
    finds("\033]7501;a\033[m\a", "");
    finds("\033]7501;a\033]7501;b\a", "b*");
    finds("\033]7501;a\033\033\\", "");
}

static void what_is_inside_another_string_is_not_one(void) {
    finds("\033Ptmux;\033\033]7501;state=done\a\033\\", "");
    finds("\033Ptmux;\033\033]7501;a\033\033\\\033\\\033]7501;b\a", "b*");
    finds("\033_G]7501;a\a\033\\\033^\a]7501;a\033\\\033X]7501;a\033\\", "");
    finds("\033k]7501;a\a\033\\\033]7501;b\a", "b*");
    finds("\033P1;2\033]7501;b\a", "b*"); // tmux, too, ends a DCS there that has no data yet
    finds("\033P1000p%begin 1\r\n]7501;a\a\r\n\033\\\033]7501;b\a", "b*");
}

static void a_sequence_that_is_too_long_is_ignored(void) {
    static char output[OSC_BODY + 64];
    int length = snprintf(output, sizeof output, "\033]7501;%0*d\a", OSC_BODY, 0);
    CHECK(strlen(found(output, 1)) > 0);
    snprintf(output + length - 1, sizeof output - (size_t)length, "0\a\033]7501;b\a");
    CHECK(strcmp(found(output, 7), "b*") == 0);
}

static void a_string_without_an_end_is_given_up(void) {
    static struct osc osc;
    const uint8_t begin[] = "\033Ptmux;endless", next[] = "\033]7501;a\a";
    bodies[0] = 0;
    osc_scan(&osc, begin, sizeof begin - 1, 1000, note, NULL);
    osc_scan(&osc, next, sizeof next - 1, 1000 + OSC_PATIENCE, note, NULL);
    CHECK(strcmp(bodies, "") == 0);
    osc_scan(&osc, next, sizeof next - 1, 1001 + OSC_PATIENCE, note, NULL);
    CHECK(strcmp(bodies, "a*") == 0);
}

// --- reports

static struct report report;

static bool parse(const char *body) {
    size_t length = strlen(body);
    char *exact = malloc(length > 0 ? length : 1);
    if (exact == NULL) {
        abort();
    }
    memcpy(exact, body, length);
    bool told = report_parse(&report, exact, length);
    free(exact);
    return told;
}

static bool tells(const char *body, const char *state, bool permission, const char *message) {
    return parse(body) && strcmp(report.state == NULL ? "clear" : report.state, state) == 0 &&
           report.permission == permission && strcmp(report.message, message) == 0;
}

static void reports_have_a_state(void) {
    CHECK(tells("state=working", "working", false, ""));
    CHECK(tells("state=idle:seq=7", "idle", false, ""));
    CHECK(tells("seq=7:state=done:", "done", false, ""));
    CHECK(tells("state=error:msg=disk full", "error", false, "disk full"));
    CHECK(tells("state=clear", "clear", false, ""));
    CHECK(tells("state=blocked:kind=permission", "blocked", true, ""));
    CHECK(tells("kind=question:state=blocked", "blocked", false, ""));
    CHECK(!parse("") && !parse(":::") && !parse("state") && !parse("state=") && !parse("state=new") && !parse("=done"));
    CHECK(!parse("msg=Zm9v") && !parse("states=done") && !parse("state=done:id=1"));
}

static void a_message_is_base64_or_text(void) {
    CHECK(tells("state=done:msg=NDIgdGVzdHMgcGFzc2Vk", "done", false, "42 tests passed"));
    CHECK(tells("state=done:msg=w6TigqzwnZ2q", "done", false, "\u00e4\u20ac\U0001d76a"));
    CHECK(tells("state=done:msg=Zm8=", "done", false, "fo") && tells("state=done:msg=Zm8", "done", false, "fo"));
    CHECK(tells("state=done:msg=drop table users?", "done", false, "drop table users?"));
    CHECK(tells("state=done:msg=done", "done", false, "done") && tells("state=done:msg=help", "done", false, "help"));
    CHECK(tells("state=done:title=Zm9v", "done", false, "foo"));
    CHECK(tells("title=Zm9v:state=done:msg=YmFy:title=Zm9v", "done", false, "bar"));
}

static void a_message_is_printable_and_bounded(void) {
    char body[3000] = "state=done:msg=";
    CHECK(tells("state=done:msg=YQpiG1tjB38=", "done", false, "a b [c  "));
    CHECK(tells("state=done:msg=a\xff\xc3 b\xc2\x9b\xed\xa0\x80", "done", false, "a?? b?????"));
    memset(body + 15, ' ', sizeof body - 16);
    CHECK(parse(body) && strlen(report.message) == REPORT_MESSAGE);
    for (size_t i = 15; i + 2 < sizeof body; i += 2) {
        memcpy(body + i, "\u00e4", 3);
    }
    body[15] = '-';
    body[16] = '-';
    CHECK(parse(body) && strlen(report.message) == REPORT_MESSAGE);
    body[16] = 'x';
    memmove(body + 16, body + 17, strlen(body + 17) + 1);
    CHECK(parse(body) && strlen(report.message) == REPORT_MESSAGE - 1);
}

static void a_json_string_has_no_end_of_its_own(void) {
    char text[64];
    CHECK(json_string(text, "a\"b\\c") == 9 && strcmp(text, "\"a\\\"b\\\\c\"") == 0);
}

int main(void) {
    sequences_are_found_wherever_they_are_cut();
    what_is_another_sequence_is_not_one();
    what_is_cancelled_or_not_ended_is_not_one();
    what_is_inside_another_string_is_not_one();
    a_sequence_that_is_too_long_is_ignored();
    a_string_without_an_end_is_given_up();
    reports_have_a_state();
    a_message_is_base64_or_text();
    a_message_is_printable_and_bounded();
    a_json_string_has_no_end_of_its_own();
    if (failures == 0) {
        puts("unit tests of reports: all passed");
    }
    return failures == 0 ? 0 : 1;
}
