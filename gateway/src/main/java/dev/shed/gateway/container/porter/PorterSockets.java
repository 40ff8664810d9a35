package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerListener;
import dev.shed.gateway.container.ContainerSocket;
import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.container.SocketRefusedException;
import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.container.porter.frame.Link;
import dev.shed.gateway.container.porter.frame.SocketRequests;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/// Sockets in containers, which their porters connect or listen on.
final class PorterSockets {
    private static final String ABSENT = "no porter runs in this shed, and the engine cannot listen";

    private final Access access;
    private final RefusedAddresses refused;
    private final AtomicLong listeners = new AtomicLong();

    /// How containers are reached.
    interface Access {
        /// The mode of a container.
        PorterMode into(Container container) throws InterruptedException;

        /// The user of processes there.
        String user(Container container, PorterMode mode) throws IOException, InterruptedException;

        /// A connection on which a request has been sent.
        Link open(PorterMode mode, byte[] request) throws IOException, InterruptedException;
    }

    private interface Attempt<T> {
        T make(PorterMode mode, String user) throws IOException, InterruptedException;
    }

    PorterSockets(Access access, RefusedAddresses refused) {
        this.access = access;
        this.refused = refused;
    }

    ContainerSocket dial(Container container, Endpoint to) throws SocketRefusedException {
        return attempt(container, (mode, user) -> {
            if (mode instanceof PorterMode.Absent) {
                throw new SocketRefusedException("no porter runs in this shed, and the engine cannot connect");
            }
            var link = access.open(mode, SocketRequests.dial(user, to, refused.networks()));
            return link.passing(Frames.PASSING, 1)
                    .<ContainerSocket>map(connection -> new PassedSocket(connection, to))
                    .orElseGet(() -> PorterSocket.dialled(link));
        });
    }

    ContainerListener listen(
            Container container, Endpoint at, ContainerListener.Mode mode, ContainerListener.Acceptor acceptor)
            throws SocketRefusedException {
        return attempt(container, (porterMode, user) -> {
            if (!(porterMode instanceof PorterMode.Resident(var porter, var _, var _))) {
                throw new SocketRefusedException(ABSENT);
            }
            var id = "l" + listeners.incrementAndGet();
            var link = porter.listen(id, SocketRequests.listen(user, at, mode, id), acceptor);
            return new PorterListener(link, () -> porter.forget(id))
                    .awaitListening("porter-" + container.shed() + "/" + id);
        });
    }

    /// Makes an attempt, and a second one if the porter has ended: another porter is started for it.
    private <T> T attempt(Container container, Attempt<T> attempt) throws SocketRefusedException {
        try {
            return once(container, attempt);
        } catch (SocketRefusedException e) {
            throw e;
        } catch (IOException _) {
            return again(container, attempt);
        } catch (InterruptedException e) {
            throw interrupted(container, e);
        }
    }

    private <T> T again(Container container, Attempt<T> attempt) throws SocketRefusedException {
        try {
            return once(container, attempt);
        } catch (SocketRefusedException e) {
            throw e;
        } catch (IOException e) {
            var why = "the connection into its container was lost";
            throw new ShedException(Failure.shedNotReady(container.shed().value(), why), e);
        } catch (InterruptedException e) {
            throw interrupted(container, e);
        }
    }

    private <T> T once(Container container, Attempt<T> attempt) throws IOException, InterruptedException {
        var mode = access.into(container);
        return attempt.make(mode, mode instanceof PorterMode.Absent ? "" : access.user(container, mode));
    }

    private static ShedException interrupted(Container container, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new ShedException(Failure.shedNotReady(container.shed().value(), "interrupted"), cause);
    }
}
