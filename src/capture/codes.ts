import { defineCodes } from '../findings/index.ts'

/** What can be wrong with the text or archive that bytes come in. */
export const captureCodes = defineCodes({
  'capture/unreadable': {
    severity: 'error',
    title: 'a file or folder that was walked cannot be read',
    explanation:
      'Nothing is known of its bytes, and the walk went on without it. Read it as a user who may (configuration space beyond 64 bytes needs root), or leave it out with --ignore capture/unreadable.',
  },
  'capture/unknown-text': {
    severity: 'error',
    title: 'the input is text, but no known form of a dump',
    explanation:
      'Accepted are raw bytes, xxd, hexdump -C, od -t x1, plain hexadecimal, kernel log hex dumps, lspci -x/-xxx/-xxxx, and a tar of sysfs, each also in gzip. Capture again in one of these forms.',
  },
  'capture/utf16-text': {
    severity: 'error',
    title: 'the input is text in UTF-16',
    explanation:
      'A redirection of an older PowerShell writes UTF-16. Convert the text to UTF-8 or ASCII, or capture again in another shell.',
  },
  'capture/too-large': {
    severity: 'error',
    title: 'the capture holds more bytes than the limit',
    explanation:
      'Compressed input and repetition marks can stand for far more bytes than they take. The limit (maxBytes, 256 MiB by default) keeps memory bounded; raise it where the capture is known to be that large.',
  },
  'capture/line-too-long': {
    severity: 'error',
    title: 'a line is longer than any line of such a text',
    explanation: 'The input is probably not the text it looks like, or its line ends were lost on the way.',
  },
  'capture/bad-digit': {
    severity: 'error',
    title: 'a line of a hex dump has something else where a byte should be',
    explanation:
      'The text was damaged or edited by hand. Nothing is guessed: capture the bytes again, or repair the line that is named.',
  },
  'capture/bad-row': {
    severity: 'error',
    title: 'a line inside a hex dump is not a row of it',
    explanation:
      'Something was written between the rows, or a row was damaged. Remove the line, or capture the bytes again.',
  },
  'capture/offset-mismatch': {
    severity: 'error',
    title: 'the offset of a row does not continue from the row before',
    explanation:
      'A row is missing, doubled or cut, or two dumps follow each other in one text. Capture again, or keep one dump per file. Kernel dumps with hashed pointers as addresses cannot be put in order.',
  },
  'capture/text-column-mismatch': {
    severity: 'error',
    title: 'the text column of a row does not have one character per byte',
    explanation:
      'The bytes and the text beside them disagree in number: digits were lost, or the row is of another form.',
  },
  'capture/byte-order-unknown': {
    severity: 'error',
    title: 'the dump shows words of several bytes and does not state their byte order',
    explanation:
      'hexdump without -C, od without -t x1, and kernel dumps in groups of 4 or 8 print words in the byte order of the machine they ran on. Capture single bytes: hexdump -C, od -A x -t x1, or xxd.',
  },
  'capture/bad-repetition': {
    severity: 'error',
    title: 'a repetition mark has no row before it or no offset after it',
    explanation:
      'A line with * stands for repeated rows; how many, only the rows around it tell. The dump was cut there.',
  },
  'capture/after-end': {
    severity: 'error',
    title: 'text follows the line that ends the dump',
    explanation: 'The final offset ends a dump. Keep one dump per file.',
  },
  'capture/no-rows': {
    severity: 'error',
    title: 'the text has no hexadecimal rows',
    explanation:
      'The text looks like output of lspci or of a hex dump, but holds no bytes. lspci prints them with -x (64 bytes), -xxx (256) and -xxxx (4096), the latter two as root.',
  },
  'capture/orphan-row': {
    severity: 'error',
    title: 'hexadecimal rows stand before the line that names their function',
    explanation: 'lspci prints a line such as "01:10.0 Ethernet controller" before the rows. The text was cut there.',
  },
  'capture/gzip-truncated': {
    severity: 'error',
    title: 'compressed input ends early',
    explanation: 'The file was cut while it was copied or is still being written. Copy it again.',
  },
  'capture/gzip-damaged': {
    severity: 'error',
    title: 'compressed input is damaged',
    explanation: 'The compressed data or its checksum is wrong, or something else follows it. Copy the file again.',
  },
  'capture/gzip-nested': {
    severity: 'error',
    title: 'compressed input holds compressed input',
    explanation: 'One level of gzip is taken off, so that work stays bounded. Decompress the file once by hand.',
  },
  'capture/qcow2-damaged': {
    severity: 'error',
    title: 'a table of a qcow2 image is damaged',
    explanation:
      'The VM state of a snapshot is found through the header, the snapshot table and the tables of clusters. One of them points out of the file, or says more than the file holds. The image was cut or damaged; `qemu-img check` says more.',
    source: 'QEMU docs/interop/qcow2.rst',
  },
  'capture/qcow2-unsupported': {
    severity: 'error',
    title: 'a qcow2 image uses what is not read',
    explanation:
      'Versions 2 and 3 are read, without encryption and external data files. Load the snapshot with QEMU and migrate to a file (migrate exec:cat>FILE) to get its stream.',
    source: 'QEMU docs/interop/qcow2.rst',
  },
  'capture/qcow2-no-state': {
    severity: 'error',
    title: 'a qcow2 image has no snapshot with the state of a machine',
    explanation:
      'Only what `savevm` (or `virsh snapshot-create`) took of a running guest has a migration stream in it; `qemu-img snapshot -c` takes the disk alone. With several disks, QEMU stores the state in the first one that can hold it.',
    source: 'QEMU migration/savevm.c, save_snapshot',
  },
  'capture/qcow2-snapshot': {
    severity: 'error',
    title: 'it is not clear which snapshot of a qcow2 image is meant',
    explanation: 'Name one by its ID or its name with --snapshot; `qemu-img snapshot -l` lists them.',
  },
  'capture/not-seekable': {
    severity: 'error',
    title: 'an image that is read out of order comes through a pipe or in gzip',
    explanation: 'The tables of a qcow2 image stand anywhere in it. Give it as a plain file.',
  },
  'capture/compression-unknown': {
    severity: 'error',
    title: 'a compression that is not taken off',
    explanation:
      'gzip, xz and zstd are taken off a libvirt save image; bzip2 and lzop are not. Take the stream out with the program that the message names.',
  },
  'capture/compressed-damaged': {
    severity: 'error',
    title: 'compressed data is damaged or ends early',
    explanation: 'The file was cut or damaged while it was copied, or is still being written. Copy it again.',
  },
  'capture/tar-damaged': {
    severity: 'error',
    title: 'a header of a tar archive is damaged or of an unknown kind',
    explanation: 'ustar, pax and GNU archives without sparse members are read. Make the archive again.',
  },
  'capture/tar-truncated': {
    severity: 'error',
    title: 'a tar archive ends inside a member',
    explanation: 'The archive was cut while it was copied. Copy it again.',
  },
  'capture/no-functions': {
    severity: 'error',
    title: 'the archive or tree holds no configuration space of a PCI function',
    explanation:
      'Expected are files named DDDD:BB:DD.F/config, as below /sys/bus/pci/devices. Those are links: follow them when the archive is made (tar -h), or archive the folder below /sys/devices.',
  },
  'capture/bad-attribute': {
    severity: 'error',
    title: 'a sysfs attribute does not read as the kernel writes it',
    explanation: 'The file was edited or damaged. Copy the tree again.',
  },
  'capture/not-writable': {
    severity: 'error',
    title: 'a function cannot be written as text of lspci',
    explanation:
      'The text holds an address, a title of one line and at most 4096 bytes for each function. Correct the member that is named.',
  },
  'capture/bad-json': {
    severity: 'error',
    title: 'a JSON object in a log does not parse',
    explanation:
      'The log was cut or edited. Answers of query-migrate are read one after another, whatever stands between them; remove the object that is named, or write the log again.',
  },
  'capture/no-migration-status': {
    severity: 'error',
    title: 'the text tells nothing about a migration',
    explanation:
      'Expected are answers of query-migrate with their "ram" object, in JSON, or texts of virsh domjobinfo taken while the migration runs. Before it starts and after it failed, both have no numbers.',
  },
  'capture/no-final-offset': {
    severity: 'info',
    title: 'the dump does not end with the line that gives its final offset',
    explanation:
      'hexdump and od end with a line that holds only the offset behind the last byte. Without it, rows may be missing at the end.',
  },
  'capture/starts-late': {
    severity: 'info',
    title: 'the dump does not start at offset 0',
    explanation:
      'The bytes are a part of something larger, or rows are missing at the start. They are decoded as they are, their first one as offset 0.',
  },
})

export type CaptureCode = keyof typeof captureCodes.entries
