// What <linux/pci_regs.h> calls the fields of our descriptions.
import type { Case } from './case.ts'
import { errorCases } from './errors.ts'
import { linkCases } from './link.ts'
import { virtualizationCases } from './virtualization.ts'

export type { Case } from './case.ts'

export const cases: readonly Case[] = [...errorCases, ...linkCases, ...virtualizationCases]

/** Bytes with the head, where the header states them. */
export const lengths: Readonly<Record<string, string>> = {
  'pci-ecap-dsn': 'PCI_EXT_CAP_DSN_SIZEOF',
  'pci-ecap-power-budgeting': 'PCI_EXT_CAP_PWR_SIZEOF',
  'pci-ecap-ari': 'PCI_EXT_CAP_ARI_SIZEOF',
  'pci-ecap-ats': 'PCI_EXT_CAP_ATS_SIZEOF',
  'pci-ecap-pri': 'PCI_EXT_CAP_PRI_SIZEOF',
  'pci-ecap-pasid': 'PCI_EXT_CAP_PASID_SIZEOF',
  'pci-ecap-sriov': 'PCI_EXT_CAP_SRIOV_SIZEOF',
  'pci-ecap-ltr': 'PCI_EXT_CAP_LTR_SIZEOF',
  'pci-ecap-tph': 'PCI_TPH_BASE_SIZEOF',
}

export const ids: Readonly<Record<string, string>> = {
  AER: 'ERR',
  VC: 'VC',
  DSN: 'DSN',
  'Power-Budgeting': 'PWR',
  MFVC: 'MFVC',
  VC9: 'VC9',
  VSEC: 'VNDR',
  ACS: 'ACS',
  ARI: 'ARI',
  ATS: 'ATS',
  'SR-IOV': 'SRIOV',
  PRI: 'PRI',
  ReBAR: 'REBAR',
  DPA: 'DPA',
  TPH: 'TPH',
  LTR: 'LTR',
  SecPCIe: 'SECPCI',
  PASID: 'PASID',
  DPC: 'DPC',
  L1SS: 'L1SS',
  PTM: 'PTM',
  DVSEC: 'DVSEC',
  'VF-ReBAR': 'VF_REBAR',
  DLF: 'DLF',
  '16GT': 'PL_16GT',
  NPEM: 'NPEM',
  '32GT': 'PL_32GT',
  DOE: 'DOE',
}
