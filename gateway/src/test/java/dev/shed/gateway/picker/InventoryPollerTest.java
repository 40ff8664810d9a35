package dev.shed.gateway.picker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.name.ShedName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class InventoryPollerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// Has one session, which says how often it was looked at.
    private static final class Counting implements Inventory {
        private final AtomicInteger looks = new AtomicInteger();
        private final AtomicInteger screens = new AtomicInteger();
        private final List<String> actions = Collections.synchronizedList(new ArrayList<>());

        @Override
        public List<Item> look() {
            looks.incrementAndGet();
            return List.of(session("build"));
        }

        @Override
        public List<String> screen(Item item) {
            return List.of(item.address() + " " + screens.incrementAndGet());
        }

        @Override
        public void kill(Item item) {
            actions.add("kill " + item.address());
        }

        @Override
        public void rename(Item item, String name) {
            actions.add("rename " + item.address() + " " + name);
        }
    }

    private final Counting inventory = new Counting();

    private static Item session(String name) {
        return new Item(
                ShedName.parse("demo"), Optional.of(name), "detached", false, Optional.empty(), Instant.EPOCH, 1);
    }

    private void awaitLooks(int count) throws Exception {
        Await.until("looks", PATIENCE, () -> inventory.looks.get() >= count);
    }

    @Test
    void theChosenSessionIsShown() throws Exception {
        try (var inventoryPoller = new InventoryPoller(inventory)) {
            for (var name : List.of("build", "debug")) {
                inventoryPoller.choose(Optional.of(session(name)));
                Await.until(
                        "its screen", PATIENCE, () -> inventoryPoller.preview().isOf(session(name)));
                assertThat(inventoryPoller.preview().lines().getFirst()).startsWith("demo+" + name + " ");
            }
        }
    }

    @Test
    void whatIsNotShownIsNotLookedAt() throws Exception {
        try (var inventoryPoller = new InventoryPoller(inventory)) {
            inventoryPoller.choose(Optional.empty());
            awaitLooks(1);
            inventoryPoller.lookNow();
            awaitLooks(2);
            inventoryPoller.kill(session("build")); // which comes behind the peek of the second look
            Await.until("the kill", PATIENCE, () -> !inventory.actions.isEmpty());
            assertThat(inventory.screens).hasValue(0);
            assertThat(inventoryPoller.preview()).isEqualTo(Preview.NONE);
        }
    }

    /// Whoever goes up and down the list all the time sees it become another one all the same.
    @Test
    void aCursorThatMovesDoesNotHoldUpTheList() throws Exception {
        try (var inventoryPoller = new InventoryPoller(inventory)) {
            var moves = new AtomicInteger();
            Await.until("looks", PATIENCE, () -> {
                inventoryPoller.choose(Optional.of(session("s" + moves.incrementAndGet())));
                return inventory.looks.get() >= 3;
            });
            assertThat(moves).hasValueGreaterThan(3);
        }
    }

    @Test
    void deedsAreDoneInTheirOrderAndTold() throws Exception {
        try (var inventoryPoller = new InventoryPoller(inventory)) {
            inventoryPoller.rename(session("build"), "other");
            inventoryPoller.kill(session("other"));
            var view = new AtomicReference<>(View.empty());
            Await.until("what was done last", PATIENCE, () -> {
                inventoryPoller.news().ifPresent(news -> view.updateAndGet(news::on));
                return view.get().message().equals("killed demo+other");
            });
            assertThat(inventory.actions).containsExactly("rename demo+build other", "kill demo+other");
        }
    }
}
