package dev.shed.gateway.event;

import dev.shed.gateway.agent.AgentPane;
import dev.shed.gateway.agent.QuestionFile;
import dev.shed.gateway.agent.Status;
import dev.shed.gateway.event.EventDetails.Kind;
import dev.shed.gateway.tmux.Activity;
import dev.shed.gateway.tmux.Activity.Signs;
import dev.shed.gateway.tmux.Notice;
import dev.shed.gateway.tmux.SessionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The state of the sessions of one shed, and how each notice changes it. A change is reported once,
/// however many notices there are of it: a server's snapshot and its hooks overlap, and a watch may begin
/// anew.
final class SessionState {
    /// The watch looks at the windows every two seconds, so their state so long ago is known for certain.
    private static final Duration HINDSIGHT = Duration.ofMillis(2500);

    /// The shortest time between two reported bells of a session. A program may ring the bell much more
    /// often.
    private static final Duration BETWEEN_BELLS = Duration.ofSeconds(1);

    /// A bell that the flags of a window show within this time of a notice of a bell is the same one.
    private static final Duration SAME_BELL = Duration.ofSeconds(5);

    /// More than a tmux server ever has. What a container claims beyond that is ignored.
    private static final int MAX_SESSIONS = 20_000;

    private final Map<Integer, Session> sessions = new TreeMap<>();
    private final Map<String, Integer> clients = new HashMap<>();
    private final List<EventDetails> told = new ArrayList<>();

    private static final Pattern SESSION = Pattern.compile("\\$\\d{1,9}");

    /// The panes of each session, by tmux's number of the session.
    private Map<Integer, List<AgentPane>> panes = Map.of();

    /// Whether a listing of panes has come.
    private boolean panesKnown;

    /// Whether a snapshot is being read: a line says when it begins, and another one when it is complete.
    private boolean reading;

    /// The snapshot that is being read.
    private final Map<Integer, String> there = new TreeMap<>();

    private final Map<String, Integer> looking = new HashMap<>();

    private String server = "";
    private int newest = -1;

    /// Whether no snapshot has been read yet. The sessions of the first one are not reported.
    private boolean unread = true;

    private static final class Session {
        private final Set<String> clients = new HashSet<>();
        private String name;
        private @Nullable Signs signs;
        private Activity.@Nullable State state;
        private @Nullable Status status;

        /// What its agents ask.
        private List<Asked> asked = List.of();

        private Instant bell = Instant.MIN;

        /// Whether its creation was reported.
        private final boolean news;

        Session(String name, boolean news) {
            this.name = name;
            this.news = news;
        }
    }

    /// What is asked in a pane: its questions, or since when its agent is blocked.
    private record Asked(String pane, List<QuestionFile> questions, Optional<Instant> since) {
        static Optional<Asked> in(AgentPane pane) {
            return pane.status()
                    .filter(Status::isBlocked)
                    .map(status -> new Asked(pane.id(), pane.foreground().questions(), status.since()));
        }
    }

    /// The changes that a notice makes.
    List<EventDetails> take(Notice notice, Instant now) {
        switch (notice) {
            case Notice.Server(String identity) -> begin(identity);
            case Notice.There(int id, String name) -> remember(there, id, name);
            case Notice.Looking(String client, int id) -> remember(looking, client, id);
            case Notice.Begun _ -> finish();
            case Notice.Lost _ -> {}
            case Notice _ when unread -> {}
            case Notice.Created(int id, String name) -> created(id, name);
            case Notice.Closed(int id) -> closed(id);
            case Notice.Renamed(int id, String name) -> renamed(id, name);
            case Notice.Attached(String client, int id) -> attached(client, id);
            case Notice.Detached(String client) -> detached(client);
            case Notice.Bell(int id) -> bell(id, now);
            case Notice.Shows(int id, Signs signs) -> shows(id, signs, now);
        }
        return taken();
    }

    /// The changes of status that a listing of all panes makes.
    List<EventDetails> take(List<AgentPane> all, Instant now) {
        var before = panes;
        panes = all.stream().collect(Collectors.groupingBy(pane -> number(pane.session())));
        if (panesKnown) {
            Stream.of(before, panes)
                    .flatMap(some -> some.keySet().stream())
                    .distinct()
                    .filter(id -> !Objects.equals(before.get(id), panes.get(id)))
                    .sorted()
                    .forEach(id -> judgeStatus(id, now));
        } else {
            panesKnown = true;
            sessions.forEach((id, session) -> judgeStatus(id, session, now));
        }
        return taken();
    }

    /// The 7 of `$7`; -1 if it is not tmux's number of a session.
    private static int number(String session) {
        return SESSION.matcher(session).matches() ? Integer.parseInt(session.substring(1)) : -1;
    }

    /// The changes by time alone: sessions that have been silent for long enough become idle.
    List<EventDetails> pass(Instant now) {
        sessions.forEach((id, session) -> judge(id, session, now));
        return taken();
    }

    /// When [#pass] may return something; empty if it will not before the next notice.
    Optional<Instant> deadline(Instant now) {
        return sessions.values().stream()
                .map(session -> session.signs)
                .filter(Objects::nonNull)
                .flatMap(signs -> signs.deadline(now.minus(HINDSIGHT)).stream())
                .min(Comparator.naturalOrder())
                .map(deadline -> deadline.plus(HINDSIGHT));
    }

    /// The shed has ended, or has no sessions: the changes that this makes.
    List<EventDetails> end() {
        closeAll();
        unread = false;
        server = "";
        return taken();
    }

    /// The session of that name, if it is known.
    Optional<SessionView> find(String name) {
        return sessions.entrySet().stream()
                .filter(session -> session.getValue().name.equals(name))
                .map(session -> view(session.getKey()))
                .findFirst();
    }

    /// The state of a session.
    SessionView view(int id) {
        var session = sessions.get(id);
        return session == null
                ? SessionView.closed(id)
                : new SessionView(
                        id,
                        true,
                        Optional.ofNullable(session.signs),
                        Optional.ofNullable(session.status),
                        session.bell);
    }

    private List<EventDetails> taken() {
        var all = List.copyOf(told);
        told.clear();
        return all;
    }

    private static <K, V> void remember(Map<K, V> snapshot, K key, V value) {
        if (snapshot.size() < MAX_SESSIONS) {
            snapshot.put(key, value);
        }
    }

    private void begin(String identity) {
        reading = true;
        forgetSnapshot();
        if (!server.equals(identity)) {
            // A listing may come before the first snapshot, and comes again only when it changes.
            var listed = server.isEmpty() ? panes : Map.<Integer, List<AgentPane>>of();
            closeAll();
            panes = listed;
            server = identity;
        }
    }

    private void closeAll() {
        List.copyOf(sessions.keySet()).forEach(this::closed);
        clients.clear();
        // Another server has sessions of the same numbers.
        panes = Map.of();
        newest = -1;
    }

    private void forgetSnapshot() {
        there.clear();
        looking.clear();
    }

    /// Each snapshot is compared once: comparing takes time, and saying that it is complete takes a
    /// container two bytes.
    private void finish() {
        if (reading) {
            reading = false;
            compare();
            forgetSnapshot();
        }
    }

    private void compare() {
        if (unread) {
            there.forEach((id, name) -> open(id, name, false));
            looking.forEach(
                    (client, id) -> Optional.ofNullable(sessions.get(id)).ifPresent(session -> {
                        clients.put(client, id);
                        session.clients.add(client);
                    }));
            unread = false;
            return;
        }
        sessions.keySet().stream().filter(id -> !there.containsKey(id)).toList().forEach(this::closed);
        there.forEach((id, name) -> {
            created(id, name);
            renamed(id, name);
        });
        List.copyOf(clients.keySet()).stream()
                .filter(client -> !looking.containsKey(client))
                .forEach(this::detached);
        looking.forEach(this::attached);
    }

    /// @param news whether its creation is reported
    private boolean open(int id, String name, boolean news) {
        if (sessions.size() == MAX_SESSIONS) {
            return false;
        }
        sessions.put(id, new Session(name, news));
        newest = Math.max(newest, id);
        return true;
    }

    /// Numbers grow: a session with a lower number that is not open was closed before.
    private void created(int id, String name) {
        if (id > newest && open(id, name, true)) {
            told.add(EventDetails.session(Kind.SESSION_CREATED, name));
        }
    }

    private void closed(int id) {
        var session = sessions.get(id);
        if (session != null) {
            List.copyOf(session.clients).forEach(this::detached);
            sessions.remove(id);
            told.add(EventDetails.session(Kind.SESSION_CLOSED, session.name));
        }
    }

    private void renamed(int id, String name) {
        var session = sessions.get(id);
        if (session != null && !session.name.equals(name)) {
            told.add(EventDetails.renamed(session.name, name));
            session.name = name;
        }
    }

    private void attached(String client, int id) {
        var session = sessions.get(id);
        boolean moved = !Objects.equals(clients.get(client), id) && clients.size() < MAX_SESSIONS;
        if (session != null && moved) {
            detached(client);
            clients.put(client, id);
            session.clients.add(client);
            told.add(EventDetails.client(Kind.SESSION_ATTACHED, session.name, client));
        }
    }

    private void detached(String client) {
        var id = clients.remove(client);
        var session = id == null ? null : sessions.get(id);
        if (session != null) {
            session.clients.remove(client);
            told.add(EventDetails.client(Kind.SESSION_DETACHED, session.name, client));
        }
    }

    private void bell(int id, Instant now) {
        var session = sessions.get(id);
        if (session != null && session.bell.isBefore(now.minus(BETWEEN_BELLS))) {
            session.bell = now;
            told.add(EventDetails.session(Kind.SESSION_BELL, session.name));
        }
    }

    private void shows(int id, Signs signs, Instant now) {
        var session = sessions.get(id);
        if (session != null) {
            session.signs = signs;
            judge(id, session, now);
        }
    }

    private void judge(int id, Session session, Instant now) {
        if (session.signs == null) {
            return;
        }
        judgeStatus(id, session, now);
        var activity = Activity.of(session.signs, now.minus(HINDSIGHT));
        var before = session.state;
        session.state = activity.state();
        if (before != null && before != activity.state()) {
            changed(session, activity, now);
        }
    }

    private void changed(Session session, Activity activity, Instant now) {
        var kind = switch (activity.state()) {
            case BUSY -> Kind.SESSION_BUSY;
            case IDLE -> Kind.SESSION_IDLE;
            case BELL -> Kind.SESSION_BELL;
        };
        boolean heard = kind == Kind.SESSION_BELL && session.bell.isAfter(now.minus(SAME_BELL));
        if (!heard) {
            told.add(EventDetails.session(kind, session.name, activity.evidence()));
        }
    }

    private void judgeStatus(int id, Instant now) {
        var session = sessions.get(id);
        if (session != null) {
            judgeStatus(id, session, now);
        }
    }

    /// Reports only the status of agents and of failed programs. There are other events for output and bells.
    private void judgeStatus(int id, Session session, Instant now) {
        if (session.signs == null || !panesKnown) {
            return;
        }
        var there = panes.getOrDefault(id, List.of());
        var before = session.status;
        var status = since(SessionStatus.of(there, session.signs, now.minus(HINDSIGHT)), before, now);
        session.status = status;
        boolean reported = status.isReported() || (before != null && before.isReported());
        var asked = there.stream().flatMap(pane -> Asked.in(pane).stream()).toList();
        boolean other = status.isBlocked() && !asked.equals(session.asked);
        session.asked = asked;
        boolean news = before == null ? session.news : other || !before.isLike(status);
        if (reported && news) {
            told.add(EventDetails.status(session.name, status));
        } else if (before == null && status.isBlocked()) {
            told.add(EventDetails.asked(session.name, status));
        }
    }

    /// A status without a time began when it was first seen.
    private static Status since(Status status, @Nullable Status before, Instant now) {
        if (status.since().isPresent() || before == null) {
            return status;
        }
        return status.from(before.isLike(status) ? before.since() : Optional.of(now));
    }
}
