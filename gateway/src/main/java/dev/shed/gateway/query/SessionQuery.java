package dev.shed.gateway.query;

import dev.shed.gateway.agent.Conversation;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.EngineHints;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.session.Sessions;
import dev.shed.gateway.tmux.Tmux;
import dev.shed.gateway.tmux.TmuxSession;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks many sheds for their sessions at once, each with a time limit. A shed that does not answer delays
/// the others no longer than that, and they are listed nevertheless.
public final class SessionQuery {
    private static final Logger LOG = LoggerFactory.getLogger(SessionQuery.class);

    private static final int INCIDENT_LENGTH = 8;

    /// Measured: fifty sheds were quickest with eight of these at a time. [QueryRound] has a limit of its
    /// own.
    private static final int AT_ONCE = 8;

    /// A hundred times what an answer takes, and about as long as a user waits for a listing.
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final int MOST_SILENT = 1000;

    private final Sessions sessions;
    private final EngineHints hints;
    private final Duration limit;

    /// The ids of containers that did not answer in time when they were asked together with others. Only
    /// the newest are kept, because nothing removes those of deleted containers.
    private final Set<String> silent = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST_SILENT;
        }
    }));

    /// @param hints for sheds that do not answer
    public SessionQuery(Sessions sessions, EngineHints hints) {
        this(sessions, hints, LIMIT);
    }

    SessionQuery(Sessions sessions, EngineHints hints, Duration limit) {
        this.sessions = sessions;
        this.hints = hints;
        this.limit = limit;
    }

    /// The result of asking one shed.
    public sealed interface Answer {
        Shed shed();

        /// What it told.
        ///
        /// @param resumable the conversations of agents in sessions that have ended
        /// @param cut whether it lists more sessions than are taken
        /// @param tellsAgents whether it was quick enough to tell what its agents do
        record Listed(
                Shed shed, List<TmuxSession> sessions, List<Conversation> resumable, boolean cut, boolean tellsAgents)
                implements Answer {
            private static Listed none(Shed shed) {
                return new Listed(shed, List.of(), List.of(), false, true);
            }

            /// An answer with at most [Tmux#MOST_SESSIONS] of these sessions.
            static Listed of(Shed shed, Sessions.Listing listing) {
                var sessions = listing.sessions();
                boolean cut = sessions.size() > Tmux.MOST_SESSIONS;
                return new Listed(
                        shed,
                        cut ? List.copyOf(sessions.subList(0, Tmux.MOST_SESSIONS)) : sessions,
                        listing.resumable(),
                        cut,
                        listing.tellsAgents());
            }

            /// What is missing in it: the failure of a shed that was too slow to tell what its agents do.
            public Optional<Failed> missing() {
                return tellsAgents
                        ? Optional.empty()
                        : Optional.of(notReady(shed, "it is too slow to tell what its agents do"));
            }

            /// The message for users if it was cut.
            public String notice() {
                return "cut: the shed lists more than " + Tmux.MOST_SESSIONS + " sessions";
            }
        }

        /// What it has not told, if that is not all.
        default Optional<Failed> failed() {
            return switch (this) {
                case Failed failed -> Optional.of(failed);
                case Listed listed -> listed.missing();
            };
        }

        record Failed(Shed shed, ShedException trouble) implements Answer {
            Failed(Shed shed, Failure failure) {
                this(shed, new ShedException(failure));
            }

            public Failure failure() {
                return trouble.failure();
            }
        }
    }

    /// An answer for each shed, in the given order.
    public List<Answer> ask(List<Shed> sheds) throws InterruptedIOException {
        if (sheds.size() == 1) {
            return List.of(ask(sheds.getFirst()));
        }
        try (var round = new QueryRound(sheds, this::ask, limit, silent)) {
            return round.answers(shed -> notReady(shed, "it did not answer in time"));
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /// The results of `question` for each of `them`, in the given order. Several run at once.
    public static <S, T> List<T> each(List<S> them, Function<S, T> question) throws InterruptedIOException {
        var factory = Thread.ofVirtual().name("query-", 0).factory();
        try (var tasks = Executors.newFixedThreadPool(AT_ONCE, factory)) {
            var questions = them.stream()
                    .<Callable<T>>map(each -> () -> question.apply(each))
                    .toList();
            var answers = new ArrayList<T>();
            for (var task : tasks.invokeAll(questions)) {
                answers.add(task.get());
            }
            return answers;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /// The answer of one shed.
    public Answer ask(Shed shed) {
        return ask(shed, () -> {});
    }

    private Answer ask(Shed shed, Runnable arrived) {
        if (shed.unfinished()) {
            return Answer.Listed.none(shed);
        }
        return switch (shed.container().state()) {
            case STOPPED -> Answer.Listed.none(shed);
            case RUNNING -> askRunning(shed, arrived);
            // It is known not to answer, so it is not asked.
            case PAUSED -> new Answer.Failed(shed, Failure.paused(shed.name().value(), hints.paused(shed.container())));
            case STARTING, RESTARTING, BROKEN ->
                notReady(shed, "it is " + word(shed.container().state()));
        };
    }

    private Answer askRunning(Shed shed, Runnable arrived) {
        try {
            return Answer.Listed.of(shed, sessions.list(shed, limit, arrived));
        } catch (ShedException e) {
            return switch (e.failure().kind()) {
                // It has ended since it was listed.
                case SHED_STOPPED, SHED_NOT_FOUND -> Answer.Listed.none(shed);
                default -> new Answer.Failed(shed, e);
            };
        } catch (IllegalStateException e) {
            return new Answer.Failed(shed, defect(shed, e));
        }
    }

    /// Reports a defect of the gateway as the failure of this shed, so that the others are listed
    /// nevertheless.
    private static Failure defect(Shed shed, IllegalStateException defect) {
        var incident = UUID.randomUUID().toString().substring(0, INCIDENT_LENGTH);
        LOG.atError()
                .addKeyValue("incident", incident)
                .addKeyValue("shed", shed.name())
                .setCause(defect)
                .log("asking a shed for its sessions failed");
        return Failure.internal(incident);
    }

    private static Answer.Failed notReady(Shed shed, String why) {
        return new Answer.Failed(shed, Failure.shedNotReady(shed.name().value(), why));
    }

    private static InterruptedIOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        var interrupted = new InterruptedIOException("interrupted while sheds were asked");
        interrupted.initCause(e);
        return interrupted;
    }

    /// The word for a state in tables and JSON: `running`, `paused`, `restarting`, `stopped` or `broken`.
    public static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
