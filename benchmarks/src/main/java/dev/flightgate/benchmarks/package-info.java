/**
 * What we claim about speed, as programs: one class for each question, over a small frame of
 * processes, clients and a report. Every program measures a gateway and its peers in the same run,
 * alternating, since only ratios say anything on a shared machine.
 */
@NullMarked
package dev.flightgate.benchmarks;

import org.jspecify.annotations.NullMarked;
