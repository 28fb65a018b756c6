import { array, bool8, bytes, enumeration, type FieldMap, reserved, struct, u8, u16, u32 } from '../../layout/index.ts'
import { headerType0 } from '../../pci/header.layout.ts'
import { msixCapability } from '../../pci/legacy/msix.layout.ts'

/** Entries of the array of multicast hashes. */
export const MOST_HASHES = 30

const SOURCE = 'RFC Patch 00/12 "IXGBE: Add live migration support for SRIOV NIC", 21 October 2015; from memory'
const DATA_SOURCE = 'linux drivers/net/ethernet/intel/ixgbe/ixgbe.h, struct vf_data_storage'

/** Up to the quality of service, all variants agree. */
const beginning = {
  vfMacAddresses: bytes(6).doc('MAC address of the VF; all zeros where none is set'),
  vfMcHashes: array(u16.asHex(), MOST_HASHES).doc('hashes of multicast addresses, 12 bits each'),
  numVfMcHashes: u16.doc('hashes in use, 0 to 30'),
  defaultVfVlanId: u16.doc('0 to 4095'),
  vlansEnabled: u16.doc('whether, or how many'),
  clearToSend: bool8.doc('the VF may use the mailbox'),
  pfSetMac: bool8.doc('the administrator has set the MAC address'),
  pfVlan: u16.doc('VLAN that the administrator has set, 0 to 4095; 0: none'),
  pfQos: u16.doc('priority of that VLAN, 0 to 7'),
} as const

const rate = {
  txRate: u16.doc('limit in Mbit/s; 0: none'),
  vlanCount: u16,
  spoofchkEnabled: bool8.doc('whether source addresses are checked'),
  rssQueryEnabled: bool8.doc('whether the VF may read the hash key'),
} as const

const vfApi = enumeration(u32, { 0: 'api-10', 1: 'api-20', 2: 'api-11' }).doc(
  'mailbox interface that the VF has negotiated: 1.0, 2.0 or 1.1, in the order in which they were numbered',
)

const storage = <const F extends FieldMap>(variant: string, fields: F, title: string) =>
  struct(`vf-data-storage-${variant}`, { ...beginning, ...fields }, { title, source: DATA_SOURCE })

/** Linux 4.2: 88 bytes. */
export const vfDataStorageA = storage('a', { ...rate, vfApi }, 'vf_data_storage of Linux 4.2')

/** With the frame size that the series needs on resume: 96 bytes. */
export const vfDataStorageB = storage(
  'b',
  {
    padding: reserved(2),
    vfLpe: u32.doc('last frame size that the VF has asked for, in bytes; added by the series').known('recalled'),
    ...rate,
    morePadding: reserved(2),
    vfApi,
  },
  'vf_data_storage with the frame size of the series',
)

/** Linux 4.4: 96 bytes. */
export const vfDataStorageC = storage(
  'c',
  {
    ...rate,
    trusted: u8.doc('whether the VF may ask for promiscuous modes, 0 or 1'),
    padding: reserved(3),
    xcastMode: u32.doc('0 none, 1 multicast, 2 all multicast'),
    vfApi,
  },
  'vf_data_storage of Linux 4.4',
)

const outer = {
  command: headerType0.fields.command.doc('COMMAND register of the VF'),
  msixMessageControl: msixCapability.fields.control.doc('MSI-X message control of the VF'),
} as const

const facts = (what: string) => ({ title: `state_in_pf, ${what}`, source: SOURCE, evidence: 'recalled' }) as const

/** 92 bytes. */
export const stateInPfA = struct('state-in-pf-a', { ...outer, vfData: vfDataStorageA }, facts('Linux 4.2'))
/** 100 bytes. */
export const stateInPfB = struct('state-in-pf-b', { ...outer, vfData: vfDataStorageB }, facts('with frame size'))
/** 100 bytes. */
export const stateInPfC = struct('state-in-pf-c', { ...outer, vfData: vfDataStorageC }, facts('Linux 4.4'))
