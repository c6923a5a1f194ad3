package dev.flightgate.server.query;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When the allocators of queries are done with, so that what they belong to may be closed. */
class QueryMemoryTest {

  private final RootAllocator parent = new RootAllocator();
  private final QueryMemory memory = new QueryMemory(parent, 1 << 20);

  @AfterEach
  void nothingIsLeft() {
    parent.close();
  }

  @Test
  void anAllocator_thatIsOpen_isNotQuiet_evenIfItIsEmpty() {
    BufferAllocator allocator = memory.open();
    assertThat(memory.isQuiet()).isFalse();
    memory.retire(allocator);
    assertThat(memory.isQuiet()).isTrue();
  }

  @Test
  void anAllocator_whoseLastBatchGoesOutLater_isNotQuietUntilThen() {
    BufferAllocator allocator = memory.open();
    ArrowBuf batch = allocator.buffer(64);
    memory.retire(allocator);
    assertThat(memory.isQuiet()).isFalse();
    batch.close();
    assertThat(memory.isQuiet()).isTrue();
  }
}
