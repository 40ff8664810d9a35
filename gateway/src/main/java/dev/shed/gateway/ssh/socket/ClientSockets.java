package dev.shed.gateway.ssh.socket;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.sshd.common.Factory;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.io.AbstractIoServiceFactory;
import org.apache.sshd.common.io.AbstractIoServiceFactoryFactory;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoConnector;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoServiceFactory;
import org.apache.sshd.common.util.threads.CloseableExecutorService;

/// Makes MINA use a [ClientSocket] for each connection that it accepts.
public final class ClientSockets extends AbstractIoServiceFactoryFactory {
    /// @param threads for reading, and for writing what a client did not take at once
    public ClientSockets(Factory<CloseableExecutorService> threads) {
        super(threads);
    }

    @Override
    public IoServiceFactory create(FactoryManager manager) {
        return new Services(manager, newExecutor());
    }

    private static final class Services extends AbstractIoServiceFactory {
        Services(FactoryManager manager, CloseableExecutorService threads) {
            super(manager, threads);
        }

        @Override
        public IoAcceptor createAcceptor(IoHandler handler) {
            try {
                return autowireCreatedService(
                        new Acceptor(getFactoryManager(), handler, new SocketSelector(getExecutorService())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public IoConnector createConnector(IoHandler handler) {
            throw new UnsupportedOperationException("the gateway connects to nobody");
        }
    }
}
