/** The mails and threads that the rules come from. */
export const sources = {
  v2Tsirkin:
    'Michael S. Tsirkin on "[RFC PATCH V2 09/10] Qemu/VFIO: Add SRIOV VF migration support", kvm, November 2015',
  v2Duyck:
    'Alexander Duyck on "[RFC PATCH V2 0/3] IXGBE/VFIO: Add live migration support for SRIOV NIC", linux-kernel, 24 November 2015',
  v2Series:
    'Lan Tianyu, "[RFC PATCH V2 0/3] IXGBE/VFIO" and "[RFC PATCH V2 00/10] Qemu: Add live migration support for SRIOV NIC", 24 November 2015',
  bridgeThread:
    'Duyck, Lan, Gilbert in "Re: [RFC PATCH V2 00/10] Qemu: Add live migration support for SRIOV NIC", kvm and qemu-devel, 10-11 December 2015',
  bridgeOrder:
    'Alexander Duyck on the order of DMA stop and dirtying in the thread of "[RFC PATCH V2 00/10]", linux-kernel, December 2015; "[RFC PATCH 0/3] x86: Add support for guest DMA dirty page tracking", 12-14 December 2015',
  v1Duyck:
    'Alexander Duyck on "[RFC Patch 00/12] IXGBE: Add live migration support for SRIOV NIC", linux-pci, 23 October 2015',
  v1Williamson:
    'Alex Williamson on "[RFC Patch 00/12] IXGBE: Add live migration support for SRIOV NIC", linux-pci, 23 October 2015',
  v1StateInPf:
    'Lan Tianyu and Alexander Duyck on the state_in_pf node of "[RFC Patch 00/12] IXGBE", linux-kernel, October 2015',
  v1Series: 'Lan Tianyu, "[RFC Patch 00/12] IXGBE: Add live migration support for SRIOV NIC", 21 October 2015',
  mdevGilbert:
    'David Alan Gilbert on "[RFC] Introduce Live migration capability to vfio_mdev device", qemu-devel, June 2017',
  mdevSeries:
    'Yulei Zhang, "Introduce Live migration capability to vfio_mdev device", V1 to V4, qemu-devel, June 2017 to April 2018, and its code',
  gvtWang:
    'Zhenyu Wang on the GVT image of "[PATCH 0/8] VFIO Device states interface in GVT", intel-gvt-dev, 20 February 2019',
  regionsSeries: 'Yan Zhao, "[PATCH 0/5] QEMU VFIO live migration", qemu-devel, 19 February 2019, and its code',
  regionsLimit: 'Cornelia Huck and Alex Williamson on "[PATCH 0/5] QEMU VFIO live migration", qemu-devel, 2019',
  chainedThread:
    'Liu, Tian, Zhao, He, Williamson in "mdev live migration support with vfio-mdev-pci", kvm, 9-16 September 2019',
  vendorSeries: 'Yan Zhao, "[RFC PATCH v4 00/10] Introduce vendor ops in vfio-pci", kvm, 17-18 May 2020, and v1 to v3',
  vendorWilliamson: 'Alex Williamson on "[RFC PATCH v4 00/10] Introduce vendor ops in vfio-pci", kvm, 29 May 2020',
  v1Header:
    'linux/vfio.h of Linux 5.8 to 5.17, struct vfio_device_migration_info, and its use in hw/vfio/migration.c of QEMU 5.2 to 7.2',
  v2Header: 'linux/vfio.h since Linux 5.18, enum vfio_device_mig_state and VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE',
  v2Hops: 'Linux drivers/vfio/vfio_main.c, vfio_mig_get_next_state()',
  v2Logging: 'linux/vfio.h, VFIO_DEVICE_FEATURE_DMA_LOGGING_START, _STOP and _REPORT',
  v2Precopy: 'linux/vfio.h, struct vfio_precopy_info',
  v2Qemu: 'QEMU hw/vfio/migration.c since 8.0',
} as const
