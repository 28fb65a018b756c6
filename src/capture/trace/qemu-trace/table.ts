import { pattern, type TracePattern } from './patterns.ts'

/** What a trace event becomes, besides a line of the log. */
export type Meaning =
  | 'device'
  | 'state-asked'
  | 'state-taken'
  | 'block-saved'
  | 'buffer-saved'
  | 'pending-updated'
  | 'left-to-read'
  | 'sizes-exact'
  | 'tag-read'
  | 'data-loaded'
  | 'notified'
  | 'vm-prepared'
  | 'vm-changed'
  | 'section-begun'
  | 'section-ended'
  | 'section-type'
  | 'section-full'
  | 'section-part'
  | 'command-sent'
  | 'command-read'
  | 'packet'
  | 'ack'
  | 'status'

interface TraceEventEntry {
  /** The first is that of the newest version; others follow where versions differ. */
  readonly patterns: readonly TracePattern[]
  readonly meaning?: Meaning
}

type Row = readonly [name: string, meaning: Meaning | '', ...patterns: string[]]

const DEVICE = ' ({device:t})'

/**
 * Trace events of VFIO and of migration in QEMU 5.2 to 11.1: hw/vfio/trace-events, migration/trace-events. The text
 * behind a name starts after one blank.
 */
const ROWS: readonly Row[] = [
  // hw/vfio/migration.c, migration-multifd.c
  ['vfio_migration_realize', 'device', DEVICE],
  ['vfio_migration_probe', 'device', `${DEVICE} Region {region:d}`, DEVICE],
  [
    'vfio_migration_set_state',
    'state-asked',
    `${DEVICE} new state {newState:w}, recover state {recoverState:w}`,
    `${DEVICE} state {bits:d}`,
    `${DEVICE} state {state:w}`,
  ],
  ['vfio_migration_set_device_state', 'state-taken', `${DEVICE} state {state:w}`],
  ['vfio_migration_state_notifier', 'notified', `${DEVICE} state {event:d}`, `${DEVICE} state {status:w}`],
  ['vfio_save_block', 'block-saved', `${DEVICE} data_size {dataSize:d}`],
  ['vfio_save_block_precopy_empty_hit', '', DEVICE],
  ['vfio_save_buffer', 'buffer-saved', `${DEVICE} Offset {offset:x} size {size:x} pending {pending:x}`],
  ['vfio_save_cleanup', '', DEVICE],
  ['vfio_save_complete_precopy', '', `${DEVICE} ret {result:d}`, DEVICE],
  ['vfio_save_complete_precopy_start', '', DEVICE],
  ['vfio_save_complete_precopy_thread_start', '', `${DEVICE} idstr {section:t} instance {instance:d}`],
  ['vfio_save_complete_precopy_thread_end', '', `${DEVICE} ret {result:d}`],
  ['vfio_save_device_config_state', '', DEVICE],
  [
    'vfio_save_iterate',
    'left-to-read',
    `${DEVICE} precopy initial size {initial:d} precopy dirty size {dirty:d}`,
    `${DEVICE} precopy initial size {initial:x} precopy dirty size {dirty:x}`,
    `${DEVICE} data_size {dataSize:d}`,
  ],
  ['vfio_save_iterate_start', '', DEVICE],
  ['vfio_save_pending', '', `${DEVICE} precopy {precopy:x} postcopy {postcopy:x} compatible {compatible:x}`],
  ['vfio_save_setup', '', `${DEVICE} data buffer size {size:d}`, `${DEVICE} data buffer size {size:x}`, DEVICE],
  [
    'vfio_state_pending_estimate',
    '',
    `${DEVICE} precopy {precopy:d} postcopy {postcopy:d} precopy initial size {initial:d} precopy dirty size {dirty:d}`,
    `${DEVICE} precopy {precopy:x} postcopy {postcopy:x} precopy initial size {initial:x} precopy dirty size {dirty:x}`,
  ],
  [
    'vfio_state_pending_exact',
    'sizes-exact',
    `${DEVICE} precopy {precopy:d} postcopy {postcopy:d} stopcopy size {stopCopy:d} precopy initial size {initial:d} precopy dirty size {dirty:d}`,
    `${DEVICE} precopy {precopy:x} postcopy {postcopy:x} stopcopy size {stopCopy:x} precopy initial size {initial:x} precopy dirty size {dirty:x}`,
    `${DEVICE} precopy {precopy:x} postcopy {postcopy:x} stopcopy size {stopCopy:x}`,
  ],
  ['vfio_update_pending', 'pending-updated', `${DEVICE} pending {pending:x}`],
  [
    'vfio_vmstate_change_prepare',
    'vm-prepared',
    `${DEVICE} running {running:d} reason {reason:w} device state {state:w}`,
  ],
  ['vfio_vmstate_change', 'vm-changed', `${DEVICE} running {running:d} reason {reason:w} device state {state:w}`],
  ['vfio_load_bufs_thread_start', '', DEVICE],
  ['vfio_load_bufs_thread_end', '', DEVICE],
  ['vfio_load_cleanup', '', DEVICE],
  ['vfio_load_device_config_state', '', DEVICE],
  ['vfio_load_device_config_state_start', '', DEVICE],
  ['vfio_load_device_config_state_end', '', DEVICE],
  ['vfio_load_state', 'tag-read', `${DEVICE} data {tag:x}`],
  [
    'vfio_load_state_device_data',
    'data-loaded',
    `${DEVICE} size {size:d} ret {result:d}`,
    `${DEVICE} size {size:x} ret {result:d}`,
    `${DEVICE} size {size:x}`,
    `${DEVICE} Offset {offset:x} size {size:x}`,
  ],
  ['vfio_load_state_device_buffer_incoming', '', `${DEVICE} idx {index:d}`],
  ['vfio_load_state_device_buffer_start', '', DEVICE],
  ['vfio_load_state_device_buffer_starved', '', `${DEVICE} idx {index:d}`],
  ['vfio_load_state_device_buffer_load_start', '', `${DEVICE} idx {index:d}`],
  ['vfio_load_state_device_buffer_load_end', '', `${DEVICE} idx {index:d}`],
  ['vfio_load_state_device_buffer_end', '', DEVICE],
  // migration/savevm.c
  ['savevm_state_header', '', ''],
  ['savevm_state_setup', '', ''],
  ['savevm_state_resume_prepare', '', ''],
  ['savevm_state_iterate', '', ''],
  ['savevm_state_cleanup', '', ''],
  ['savevm_state_complete_precopy', '', ''],
  ['savevm_section_start', 'section-begun', '{name:t}, section_id {section:d}'],
  ['savevm_section_end', 'section-ended', '{name:t}, section_id {section:d} -> {result:d}'],
  ['savevm_section_skip', '', '{name:t}, section_id {section:d}'],
  ['savevm_command_send', 'command-sent', 'com={command:x} len={length:d}'],
  ['savevm_send_open_return_path', '', ''],
  ['savevm_send_ping', '', '{value:x}'],
  ['savevm_send_postcopy_listen', '', ''],
  ['savevm_send_postcopy_run', '', ''],
  ['savevm_send_postcopy_resume', '', ''],
  ['savevm_send_colo_enable', '', ''],
  ['savevm_send_recv_bitmap', '', '{name:t}'],
  ['savevm_send_switchover_start', '', ''],
  ['qemu_loadvm_state_section', 'section-type', '{type:d}'],
  ['qemu_loadvm_state_section_command', '', '{result:d}'],
  ['qemu_loadvm_state_section_partend', 'section-part', '{section:d}'],
  ['qemu_loadvm_state_post_main', '', '{result:d}'],
  ['qemu_loadvm_state_section_startfull', 'section-full', '{section:d}({name:t}) {instance:d} {version:d}'],
  ['loadvm_state_setup', '', ''],
  ['loadvm_state_cleanup', '', ''],
  ['loadvm_state_switchover_ack_needed', '', 'Switchover ack pending num={pending:d}'],
  ['loadvm_approve_switchover', 'ack', 'Switchover ack pending num={pending:d}'],
  ['loadvm_process_command', 'command-read', 'com={command:w} len={length:d}'],
  ['loadvm_process_command_ping', '', '{value:x}'],
  // migration/migration.c
  ['migrate_set_state', 'status', 'new state {status:w}'],
  ['migrate_fd_cancel', '', ''],
  ['migrate_fd_cleanup', '', ''],
  ['migrate_fd_error', '', 'error={error:t}'],
  ['migrate_send_rp_message', '', '{type:d}: len {length:d}'],
  ['migration_thread_setup_complete', '', ''],
  ['migration_completion_vm_stop', '', 'ret {result:d}'],
  ['source_return_path_thread_entry', '', ''],
  ['source_return_path_thread_loop_top', '', ''],
  ['source_return_path_thread_pong', '', '{value:x}'],
  ['source_return_path_thread_shut', '', '{value:x}'],
  ['source_return_path_thread_switchover_acked', '', ''],
  ['source_return_path_thread_end', '', ''],
  ['source_return_path_thread_bad_end', '', ''],
  // migration/multifd*.c
  ['multifd_new_send_channel_async', '', 'channel {channel:d}'],
  ['multifd_recv_new_channel', '', 'channel {channel:d}'],
  [
    'multifd_send_fill',
    'packet',
    'channel {channel:d} packet_num {packet:d} flags {flags:x} next packet size {size:d}',
  ],
  [
    'multifd_recv_unfill',
    'packet',
    'channel {channel:d} packet_num {packet:d} flags {flags:x} next packet size {size:d}',
  ],
  [
    'multifd_send',
    'packet',
    'channel {channel:d} packet_num {packet:d} normal pages {pages:d} flags {flags:x} next packet size {size:d}',
  ],
  [
    'multifd_recv',
    'packet',
    'channel {channel:d} packet_num {packet:d} pages {pages:d} flags {flags:x} next packet size {size:d}',
  ],
  ['multifd_send_sync_main', '', 'packet num {packet:d}'],
  ['multifd_send_sync_main_signal', '', 'channel {channel:d}'],
  ['multifd_send_sync_main_wait', '', 'channel {channel:d}'],
  ['multifd_recv_sync_main', '', 'packet num {packet:d}'],
  ['multifd_recv_sync_main_signal', '', 'channel {channel:d}'],
  ['multifd_recv_sync_main_wait', '', 'channel {channel:d}'],
  ['multifd_send_error', '', 'channel {channel:d}'],
  ['multifd_send_terminate_threads', '', 'error {error:d}', ''],
  ['multifd_recv_terminate_threads', '', 'error {error:d}'],
  ['multifd_send_thread_start', '', '{channel:d}'],
  ['multifd_recv_thread_start', '', '{channel:d}'],
  [
    'multifd_send_thread_end',
    '',
    'channel {channel:d} packets {packets:d}',
    'channel {channel:d} packets {packets:d} normal pages {pages:d}',
  ],
  [
    'multifd_recv_thread_end',
    '',
    'channel {channel:d} packets {packets:d}',
    'channel {channel:d} packets {packets:d} pages {pages:d}',
  ],
]

/** Trace events by name. */
export const traceEvents: ReadonlyMap<string, TraceEventEntry> = new Map(ROWS.map((row) => [row[0], entryOf(row)]))

/** Patterns are made when a line has the name: a log has few of them, and most inputs are none. */
function entryOf([, meaning, ...texts]: Row): TraceEventEntry {
  let patterns: TracePattern[] | undefined
  return {
    get patterns() {
      patterns ??= texts.map(pattern)
      return patterns
    },
    ...(meaning === '' ? {} : { meaning }),
  }
}
