package dev.shed.gateway.container.porter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnauthenticatedConnectionsTest {
    private final UnauthenticatedConnections unauthenticated = new UnauthenticatedConnections();

    @Test
    void aUserThatComesInACrowdKeepsNobodyElseOut() {
        assertThat(enter("hostile", 2000)).isEqualTo(UnauthenticatedConnections.MAX_OF_ONE_USER);
        assertThat(enter("root", 1)).isOne();

        unauthenticated.leave("hostile");
        assertThat(enter("hostile", 2)).isOne();
    }

    @Test
    void allTogetherAreBounded() {
        assertThat(enter("a", 2000) + enter("b", 2000) + enter("c", 2000))
                .isEqualTo(2 * UnauthenticatedConnections.MAX_OF_ONE_USER);

        unauthenticated.leave("a");
        assertThat(enter("c", 2)).isOne();
    }

    private int enter(String user, int times) {
        int entered = 0;
        for (int i = 0; i < times; i++) {
            entered += unauthenticated.enter(user) ? 1 : 0;
        }
        return entered;
    }
}
