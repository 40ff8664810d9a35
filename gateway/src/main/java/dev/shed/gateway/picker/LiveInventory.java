package dev.shed.gateway.picker;

import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.Action;
import dev.shed.gateway.access.Identity;
import dev.shed.gateway.command.Survey;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.Sessions;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.Sheds;
import dev.shed.gateway.tmux.TmuxSession;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Asks the engine and every shed each time.
public final class LiveInventory implements Inventory {
    private final Sheds sheds;
    private final Sessions sessions;
    private final AccessPolicy policy;
    private final Identity identity;
    private final Journal journal;
    private final Survey survey;

    /// @param journal is told what is done
    public LiveInventory(Sheds sheds, Sessions sessions, AccessPolicy policy, Identity identity, Journal journal) {
        this.journal = journal;
        this.sheds = sheds;
        this.sessions = sessions;
        this.policy = policy;
        this.identity = identity;
        this.survey = new Survey(sessions);
    }

    @Override
    public List<Item> look() throws InterruptedIOException {
        var visible = sheds.list().stream()
                .filter(shed -> policy.maySee(identity, shed.name()))
                .toList();
        return survey.ask(visible).stream().flatMap(LiveInventory::items).toList();
    }

    @Override
    public void kill(Item item) {
        journal.keep(deed("kill", item, ""), () -> {
            policy.require(identity, Action.KILL_SESSION, item.shed());
            sessions.kill(sheds.find(item.shed()), session(item));
        });
    }

    @Override
    public void rename(Item item, String name) {
        journal.keep(deed("rename", item, name), () -> {
            var wanted = SessionName.parse(name);
            policy.require(identity, Action.RENAME_SESSION, item.shed());
            sessions.rename(sheds.find(item.shed()), session(item), wanted);
        });
    }

    private static Journal.Deed deed(String kind, Item item, String name) {
        return new Journal.Deed(kind, item.shed().value(), item.session().orElse(""), name);
    }

    private static SessionName session(Item item) {
        return SessionName.parse(item.session().orElse(""));
    }

    private static Stream<Item> items(Survey.Answer answer) {
        var shed = answer.shed();
        return switch (answer) {
            case Survey.Answer.Listed listed
            when listed.sessions().isEmpty() ->
                Stream.of(item(shed, Survey.word(shed.container().state())));
            case Survey.Answer.Listed listed -> listed.sessions().stream().map(session -> item(shed, session));
            case Survey.Answer.Failed _
            when !shed.running() ->
                Stream.of(item(shed, Survey.word(shed.container().state())));
            case Survey.Answer.Failed failed ->
                Stream.of(item(shed, failed.failure().code()));
        };
    }

    private static Item item(Shed shed, String status) {
        return new Item(
                shed.name(),
                Optional.empty(),
                status,
                Optional.empty(),
                shed.container().created(),
                0);
    }

    private static Item item(Shed shed, TmuxSession session) {
        var status = session.attached() ? "attached" : "detached";
        return new Item(
                shed.name(),
                Optional.of(session.name()),
                status,
                Optional.of(session.signs().output()),
                session.created(),
                session.windows().size());
    }
}
