package dev.flightgate.server.audit;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines on their way to the audit's file, which one thread writes in the order they came. A line
 * needs room, which is bounded, and can be reserved before what it is to tell has happened: then it
 * is never lost while the process lives, however long the disk is full. Thread-safe.
 */
final class AuditQueue implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(AuditQueue.class);

  /** Of 1 KiB each. */
  static final int ROOM = 64 << 10;

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration CLOSE = Duration.ofSeconds(5);

  private static final class Line {
    private final byte[] bytes;
    private final int room;

    private Line(byte[] bytes, int room) {
      this.bytes = bytes;
      this.room = room;
    }
  }

  private final AuditFile file;
  private final Semaphore room = new Semaphore(ROOM);
  private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();
  private final AtomicLong lost = new AtomicLong();
  private final Thread writer = new Thread(this::writeAll, "flightgate-audit");
  private volatile @Nullable String failure;
  private volatile boolean closing;

  /** Owns the file. */
  AuditQueue(AuditFile file) {
    this.file = file;
    writer.setDaemon(true);
    writer.start();
  }

  /** How much room a line of so many characters needs. */
  static int room(int characters) {
    return Math.min(ROOM, 1 + characters / 512);
  }

  /** Keeps room for a line; false if there is none. */
  boolean reserve(int wanted) {
    return room.tryAcquire(wanted);
  }

  /** Gives room back that no line needs. */
  void release(int reserved) {
    room.release(reserved);
  }

  /** Has a line written that room was reserved for. */
  void add(byte[] line, int reserved) {
    lines.add(new Line(line, reserved));
  }

  /** Has a line written if there is room; counts it as lost if not. */
  void addIfRoom(byte[] line) {
    int wanted = room(line.length);
    if (reserve(wanted)) {
      add(line, wanted);
    } else if (lost.getAndIncrement() == 0) {
      log.error("records of the audit are lost: its queue is full");
    }
  }

  /** Why lines cannot be written now; null if they can. */
  @Nullable String failure() {
    return failure;
  }

  private void writeAll() {
    try {
      while (!closing || !lines.isEmpty()) {
        Line line = lines.poll(100, TimeUnit.MILLISECONDS);
        if (line != null) {
          write(line);
        }
      }
    } catch (InterruptedException gaveUp) {
      // by close, which says so
    }
  }

  private void write(Line line) throws InterruptedException {
    while (true) {
      try {
        tellLost();
        file.append(line.bytes);
        recovered();
        room.release(line.room);
        return;
      } catch (IOException | RuntimeException e) {
        failed(e);
        TimeUnit.NANOSECONDS.sleep(RETRY.toNanos());
      }
    }
  }

  private void tellLost() throws IOException {
    long count = lost.get();
    if (count > 0) {
      file.append(AuditRecords.lost(count));
      lost.addAndGet(-count);
    }
  }

  private void failed(Exception why) {
    if (failure == null) {
      log.error("the audit cannot be written, which is tried again until it can", why);
    }
    failure = why.toString();
  }

  private void recovered() {
    if (failure != null) {
      log.warn("the audit can be written again");
      failure = null;
    }
  }

  /** Waits until all is written, but not for ever. */
  @Override
  public void close() throws IOException {
    closing = true;
    try {
      writer.join(CLOSE.toMillis());
      if (writer.isAlive()) {
        writer.interrupt();
        writer.join(CLOSE.toMillis());
        log.error("{} records of the audit could not be written", lines.size() + 1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      file.close();
    }
  }
}
