package dev.shed.gateway.picker;

import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.Action;
import dev.shed.gateway.access.Identity;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.shed.session.Panes;
import dev.shed.gateway.shed.session.Sessions;
import dev.shed.gateway.tmux.TmuxSession;
import java.io.InterruptedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads the inventory from the engine and from every shed, each time.
public final class LiveInventory implements Inventory {
    /// Otherwise the order stays as it is.
    private static final Comparator<Item> URGENT_FIRST =
            Comparator.comparing(Item::urgent).reversed();

    /// The status of a shed that did not tell in time what its agents do; short enough for a phone.
    private static final String TOO_SLOW = "too slow";

    private final Sources sources;
    private final Identity identity;
    private final PickerAudit pickerAudit;

    /// The services that are asked.
    public record Sources(
            Sheds sheds, Sessions sessions, SessionQuery sessionQuery, Panes panes, AccessPolicy policy) {}

    /// @param pickerAudit receives the actions
    public LiveInventory(Sources sources, Identity identity, PickerAudit pickerAudit) {
        this.sources = sources;
        this.identity = identity;
        this.pickerAudit = pickerAudit;
    }

    @Override
    public List<Item> look() throws InterruptedIOException {
        var visible = sources.sheds().list().stream()
                .filter(shed -> sources.policy()
                        .maySee(identity, shed.name(), shed.container().ownerKeys()))
                .toList();
        return sources.sessionQuery().ask(visible).stream()
                .flatMap(LiveInventory::items)
                .sorted(URGENT_FIRST)
                .toList();
    }

    @Override
    public List<String> screen(Item item) {
        require("peek", Action.WATCH, item);
        return sources.panes().look(shed(item), session(item)).text();
    }

    @Override
    public void kill(Item item) {
        pickerAudit.keep(action("kill", item, ""), () -> {
            require("kill", Action.KILL_SESSION, item);
            sources.sessions().kill(shed(item), session(item));
        });
    }

    @Override
    public void rename(Item item, String name) {
        pickerAudit.keep(action("rename", item, name), () -> {
            var wanted = SessionName.parse(name);
            require("rename", Action.RENAME_SESSION, item);
            sources.sessions().rename(shed(item), session(item), wanted);
        });
    }

    private void require(String verb, Action action, Item item) {
        sources.policy().requireVerb(identity, verb);
        sources.policy().require(identity, action, item.shed());
    }

    private Shed shed(Item item) {
        return sources.sheds().find(item.shed());
    }

    private static PickerAudit.Action action(String kind, Item item, String name) {
        return new PickerAudit.Action(kind, item.shed().value(), item.session().orElse(""), name);
    }

    private static SessionName session(Item item) {
        return SessionName.parse(item.session().orElse(""));
    }

    private static Stream<Item> items(SessionQuery.Answer answer) {
        var shed = answer.shed();
        return switch (answer) {
            case SessionQuery.Answer.Listed listed -> items(listed);
            case SessionQuery.Answer.Failed _
            when !shed.running() ->
                Stream.of(item(shed, SessionQuery.word(shed.container().state())));
            case SessionQuery.Answer.Failed failed ->
                Stream.of(item(shed, failed.failure().code()));
        };
    }

    /// The sessions of a shed, and lines about what it did not tell.
    private static Stream<Item> items(SessionQuery.Answer.Listed listed) {
        var shed = listed.shed();
        var sessions = listed.sessions().stream()
                .filter(LiveInventory::isReached)
                .map(session -> item(shed, session))
                .toList();
        var slow = listed.tellsAgents() ? Stream.<Item>empty() : Stream.of(item(shed, TOO_SLOW));
        if (sessions.isEmpty()) {
            return listed.tellsAgents()
                    ? Stream.of(item(shed, SessionQuery.word(shed.container().state())))
                    : slow;
        }
        var cut = listed.cut() ? Stream.of(item(shed, listed.notice())) : Stream.<Item>empty();
        return Stream.of(slow, sessions.stream(), cut).flatMap(lines -> lines);
    }

    /// Whether the session can be addressed by its name.
    private static boolean isReached(TmuxSession session) {
        return session.socket().isEmpty();
    }

    private static boolean isUrgent(TmuxSession session) {
        var status = session.status(session.signs().output());
        return status.isUrgent();
    }

    private static Item item(Shed shed, String status) {
        return new Item(
                shed.name(),
                Optional.empty(),
                status,
                false,
                Optional.empty(),
                shed.container().created(),
                0);
    }

    private static Item item(Shed shed, TmuxSession session) {
        return new Item(
                shed.name(),
                Optional.of(session.name()),
                session.statusWords(),
                isUrgent(session),
                Optional.of(session.signs().output()),
                session.created(),
                session.windows().size());
    }
}
