package dev.shed.gateway.command;

import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.Identity;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.Failure.Kind;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.text.Spelling;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Adds a line to the hint of `SHED_NOT_FOUND`: a command with the nearest name; and to that for a verb that does not
/// exist, if it is the address of a shed. Only sheds that the caller may see
/// are considered, and the work is the same for a shed that is hidden as for one that does not exist.
public final class NearestNames {
    private static final Logger LOG = LoggerFactory.getLogger(NearestNames.class);

    /// A list is more work for the engine than the search that has failed. While so many are made, others who have
    /// misspelt a name get no advice.
    private static final int LISTS_AT_ONCE = 4;

    private final Supplier<List<Shed>> sheds;
    private final AccessPolicy policy;
    private final Semaphore lists = new Semaphore(LISTS_AT_ONCE);

    /// @param sheds lists all sheds; asks the engine
    public NearestNames(Supplier<List<Shed>> sheds, AccessPolicy policy) {
        this.sheds = sheds;
        this.policy = policy;
    }

    /// The failure to report in place of `failed`, which may be any.
    ///
    /// @param asked the shed that the request was about
    /// @param call makes the command to suggest, with the name of another shed
    public ShedException advised(ShedException failed, Identity identity, ShedName asked, UnaryOperator<String> call) {
        var failure = failed.failure();
        if (failure.kind() != Kind.SHED_NOT_FOUND) {
            return failed;
        }
        return named(identity, visible -> nearest(asked, visible))
                .map(name -> failure.withHint(MeantCall.LINE + call.apply(name) + "\n" + failure.hint()))
                .map(advised -> new ShedException(advised, failed))
                .orElse(failed);
    }

    /// The failure to report in place of a wrong usage of a verb about a shed that does not exist for the caller.
    ShedException missing(ShedException failed, Identity identity, ShedName asked) {
        boolean isMissing = failed.failure().kind() == Kind.USAGE
                && named(identity, visible -> Optional.of(visible.contains(asked.value())))
                        .filter(found -> !found)
                        .isPresent();
        return isMissing ? new ShedException(Failure.shedNotFound(asked.value()), failed) : failed;
    }

    /// A login to the shed `meant`, with the session of the address.
    public static String login(LoginName address, String meant) {
        return MeantCall.login(address, meant);
    }

    /// The login that was probably meant by the address of a shed in place of a verb.
    Optional<String> meantLogin(Identity identity, String word) {
        return toShed(word)
                .flatMap(address -> named(identity, visible -> meant(address.shed(), visible))
                        .map(name -> login(address, name)));
    }

    private static Optional<LoginName.ToShed> toShed(String word) {
        try {
            return LoginName.parse(word) instanceof LoginName.ToShed to ? Optional.of(to) : Optional.empty();
        } catch (ShedException _) {
            return Optional.empty();
        }
    }

    private static Optional<String> meant(ShedName shed, List<String> visible) {
        return visible.contains(shed.value()) ? Optional.of(shed.value()) : nearest(shed, visible);
    }

    private static Optional<String> nearest(ShedName asked, List<String> visible) {
        return Spelling.nearest(asked.value(), visible, Spelling.MOST_EDITS);
    }

    /// What `choice` finds among the names of the sheds that the caller may see.
    private <T> Optional<T> named(Identity identity, Function<List<String>, Optional<T>> choice) {
        if (!lists.tryAcquire()) {
            return Optional.empty();
        }
        try {
            var visible = sheds.get().stream()
                    .filter(shed -> policy.maySee(
                            identity, shed.name(), shed.container().ownerKeys()))
                    .map(shed -> shed.name().value())
                    .toList();
            return choice.apply(visible);
        } catch (ShedException e) {
            LOG.atDebug().setCause(e).log("no list of sheds for advice");
            return Optional.empty();
        } finally {
            lists.release();
        }
    }
}
