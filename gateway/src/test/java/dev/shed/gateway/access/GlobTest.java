package dev.shed.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    @ParameterizedTest
    @CsvSource({
        "a,a,true",
        "a,b,false",
        "a,ab,false",
        "ab,a,false",
        "'','',true",
        "'',a,false",
        "*,'',true",
        "*,abc,true",
        "**,abc,true",
        "?,'',false",
        "?,a,true",
        "?,ab,false",
        "a*,a,true",
        "a*c,abbbc,true",
        "a*c,abcb,false",
        "*a*b,xaxxb,true",
        "a*b*c,aXbYbZc,true",
        "web-?,web-1,true",
        "web-?,web-12,false",
        "[a],a,false",
        ".,a,false",
        "A,a,false",
    })
    void starsAndQuestionMarksMatch(String glob, String text, boolean matches) {
        assertThat(Glob.matches(glob, text)).isEqualTo(matches);
    }

    @Test
    void manyStarsTakeNoTime() {
        assertThat(Glob.matches("*a".repeat(200) + "b", "a".repeat(10_000))).isFalse();
    }
}
