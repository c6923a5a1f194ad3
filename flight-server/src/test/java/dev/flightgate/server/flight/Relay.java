package dev.flightgate.server.flight;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Passes one connection on to a port, until it dies in the middle of whatever is under way. */
final class Relay implements AutoCloseable {

  private final ServerSocket listening;
  private final int target;
  private final List<Socket> sockets = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  Relay(int target) throws IOException {
    this.target = target;
    listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  private synchronized void start(Runnable work) {
    Thread thread = new Thread(work, "relay");
    threads.add(thread);
    thread.start();
  }

  private void accept() {
    try {
      Socket client = keep(listening.accept());
      Socket server = keep(new Socket(InetAddress.getLoopbackAddress(), target));
      start(() -> copy(client, server));
      start(() -> copy(server, client));
    } catch (IOException closed) {
      // nobody came
    }
  }

  private synchronized Socket keep(Socket socket) {
    sockets.add(socket);
    return socket;
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException died) {
      // as it should
    }
  }

  /** Resets both connections. */
  synchronized void die() {
    try {
      for (Socket socket : sockets) {
        if (!socket.isClosed()) {
          socket.setSoLinger(true, 0);
          socket.close();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws Exception {
    listening.close();
    die();
    List<Thread> begun;
    synchronized (this) {
      begun = List.copyOf(threads);
    }
    for (Thread thread : begun) {
      thread.join(10_000);
    }
  }
}
