package dev.shed.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.access.key.RefusedLineException;
import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPatternsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.1|10.0.0.1|true",
                "10.0.0.1|10.0.0.11|false",
                "10.0.0.*|10.0.0.11|true",
                "10.0.0.?|10.0.0.11|false",
                "*|10.0.0.1|true",
                "*|2001:db8::1|true",
                "10.0.0.0/8|10.255.0.1|true",
                "10.0.0.0/8|11.0.0.1|false",
                "10.0.0.0/31|10.0.0.1|true",
                "10.0.0.0/31|10.0.0.2|false",
                "10.0.0.1/32|10.0.0.1|true",
                "0.0.0.0/0|203.0.113.9|true",
                "0.0.0.0/0|2001:db8::1|false",
                "::/0|203.0.113.9|false",
                "2001:db8::/32|2001:db8:1::1|true",
                "2001:db8::/32|2001:db9::1|false",
                "2001:DB8:0:0:0:0:0:1|2001:db8::1|true",
                "2001:db8::*|2001:db8::1|true",
                "2001:db8::1:0:0:*|2001:db8::1:0:0:5|true",
                "fe80::*|fe80:0:0:0:0:0:0:1|true",
                "::1|::1|true",
                "::?|::1|true",
                "10.0.0.1|::ffff:10.0.0.1|true",
                "192.0.2.1,10.0.0.0/8|10.1.1.1|true",
                "!10.0.0.1,10.0.0.0/8|10.0.0.1|false",
                "10.0.0.0/8,!10.0.0.1|10.0.0.1|false",
                "10.0.0.0/8,!10.0.0.1|10.0.0.2|true",
                "!10.0.0.1|10.0.0.2|false",
                "*,!10.0.0.*|10.0.0.2|false",
                "*,!2001:db8::/32|2001:db8::7|false",
                "*.example.org|10.0.0.1|false",
                "*.example.org,10.0.0.1|10.0.0.1|true",
            })
    void addressesMatchAsInSshd(String list, String address, boolean matches) throws RefusedLineException {
        assertThat(AddressPatterns.parse(list).match(InetAddress.ofLiteral(address)))
                .isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "!",
                "10.0.0.1,",
                ",10.0.0.1",
                "10.0.0.1/8",
                "10.0.0.0/33",
                "10.0.0.0/",
                "10.0.0.0/-1",
                "10.0.0.0/8/8",
                "/8",
                "example.org/8",
                "2001:db8::/129",
                "2001:db8::1/64",
                "300.0.0.1",
                "1:2:3",
                ":",
                "*,!evil.example.org",
            })
    void whatIsNoPatternIsRefused(String list) {
        assertThatThrownBy(() -> AddressPatterns.parse(list))
                .isInstanceOf(RefusedLineException.class)
                .hasMessageStartingWith("from= ");
    }
}
