//! The table of vector instructions: what lowering chooses from, and what the allocator and the
//! encoder need to know about each.
//!
//! A row names the 128-bit EVEX form; iced lists the 256-bit and 512-bit forms right after it, so
//! that a size is an offset (a test checks every row). "Broadcast" is the width of the memory
//! element that the instruction can repeat in all lanes (0: none).

use iced_x86::Code;

/// How an instruction treats its operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// Destination, sources; the last source may be in memory.
    Plain,
    /// Two sources in any order.
    Commutes,
    /// The first source is overwritten.
    Tied,
    /// The last source is the low end of a register.
    Low,
    /// The last source must be in a register.
    NoMemory,
    /// The destination is memory.
    Stores,
}

macro_rules! ops {
    ($($op:ident $code:ident $broadcast:literal $form:ident;)*) => {
        /// A vector instruction, of any size.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum Op { $($op),* }

        impl Op {
            #[cfg(test)]
            pub(super) const ALL: &[Op] = &[$(Op::$op),*];

            const TABLE: &[(Code, u8, Form)] = &[$((Code::$code, $broadcast, Form::$form)),*];
        }
    };
}

/// The size of a vector register.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Size {
    X,
    Y,
    Z,
}

impl Size {
    /// The smallest register for some bytes.
    pub(super) fn of(bytes: usize) -> Size {
        match bytes {
            0..=16 => Size::X,
            17..=32 => Size::Y,
            _ => Size::Z,
        }
    }

    pub(super) fn bytes(self) -> usize {
        16 << self as usize
    }
}

impl Op {
    /// The instruction of a size.
    pub(super) fn code(self, size: Size) -> Code {
        let first = Op::TABLE[self as usize].0;
        Code::try_from(first as usize + size as usize).unwrap_or(first)
    }

    /// Bytes of the memory element that the instruction can broadcast; 0 if it cannot.
    pub(super) fn broadcast(self) -> usize {
        Op::TABLE[self as usize].1 as usize
    }

    pub(super) fn form(self) -> Form {
        Op::TABLE[self as usize].2
    }
}

ops! {
    // name             128-bit form                                   broadcast, form
    AddF64          EVEX_Vaddpd_xmm_k1z_xmm_xmmm128b64               8 Commutes;
    SubF64          EVEX_Vsubpd_xmm_k1z_xmm_xmmm128b64               8 Plain;
    MulF64          EVEX_Vmulpd_xmm_k1z_xmm_xmmm128b64               8 Commutes;
    DivF64          EVEX_Vdivpd_xmm_k1z_xmm_xmmm128b64               8 Plain;
    MinF64          EVEX_Vminpd_xmm_k1z_xmm_xmmm128b64               8 Plain;
    MaxF64          EVEX_Vmaxpd_xmm_k1z_xmm_xmmm128b64               8 Plain;
    AndF64          EVEX_Vandpd_xmm_k1z_xmm_xmmm128b64               8 Commutes;
    XorF64          EVEX_Vxorpd_xmm_k1z_xmm_xmmm128b64               8 Commutes;
    SqrtF64         EVEX_Vsqrtpd_xmm_k1z_xmmm128b64                  8 Plain;
    RoundF64        EVEX_Vrndscalepd_xmm_k1z_xmmm128b64_imm8         8 Plain;
    CompareF64      EVEX_Vcmppd_kr_k1_xmm_xmmm128b64_imm8            8 Plain;
    BlendF64        EVEX_Vblendmpd_xmm_k1z_xmm_xmmm128b64            8 Plain;
    Fma132F64       EVEX_Vfmadd132pd_xmm_k1z_xmm_xmmm128b64          8 Tied;
    Fma213F64       EVEX_Vfmadd213pd_xmm_k1z_xmm_xmmm128b64          8 Tied;
    Fma231F64       EVEX_Vfmadd231pd_xmm_k1z_xmm_xmmm128b64          8 Tied;
    PickF64         EVEX_Vpermi2pd_xmm_k1z_xmm_xmmm128b64            8 Tied;
    AddF32          EVEX_Vaddps_xmm_k1z_xmm_xmmm128b32               4 Commutes;
    SubF32          EVEX_Vsubps_xmm_k1z_xmm_xmmm128b32               4 Plain;
    MulF32          EVEX_Vmulps_xmm_k1z_xmm_xmmm128b32               4 Commutes;
    DivF32          EVEX_Vdivps_xmm_k1z_xmm_xmmm128b32               4 Plain;
    MinF32          EVEX_Vminps_xmm_k1z_xmm_xmmm128b32               4 Plain;
    MaxF32          EVEX_Vmaxps_xmm_k1z_xmm_xmmm128b32               4 Plain;
    AndF32          EVEX_Vandps_xmm_k1z_xmm_xmmm128b32               4 Commutes;
    XorF32          EVEX_Vxorps_xmm_k1z_xmm_xmmm128b32               4 Commutes;
    SqrtF32         EVEX_Vsqrtps_xmm_k1z_xmmm128b32                  4 Plain;
    RoundF32        EVEX_Vrndscaleps_xmm_k1z_xmmm128b32_imm8         4 Plain;
    CompareF32      EVEX_Vcmpps_kr_k1_xmm_xmmm128b32_imm8            4 Plain;
    BlendF32        EVEX_Vblendmps_xmm_k1z_xmm_xmmm128b32            4 Plain;
    Fma132F32       EVEX_Vfmadd132ps_xmm_k1z_xmm_xmmm128b32          4 Tied;
    Fma213F32       EVEX_Vfmadd213ps_xmm_k1z_xmm_xmmm128b32          4 Tied;
    Fma231F32       EVEX_Vfmadd231ps_xmm_k1z_xmm_xmmm128b32          4 Tied;
    PickF32         EVEX_Vpermi2ps_xmm_k1z_xmm_xmmm128b32            4 Tied;
    Add8            EVEX_Vpaddb_xmm_k1z_xmm_xmmm128                  0 Commutes;
    Add16           EVEX_Vpaddw_xmm_k1z_xmm_xmmm128                  0 Commutes;
    Add32           EVEX_Vpaddd_xmm_k1z_xmm_xmmm128b32               4 Commutes;
    Add64           EVEX_Vpaddq_xmm_k1z_xmm_xmmm128b64               8 Commutes;
    Sub8            EVEX_Vpsubb_xmm_k1z_xmm_xmmm128                  0 Plain;
    Sub16           EVEX_Vpsubw_xmm_k1z_xmm_xmmm128                  0 Plain;
    Sub32           EVEX_Vpsubd_xmm_k1z_xmm_xmmm128b32               4 Plain;
    Sub64           EVEX_Vpsubq_xmm_k1z_xmm_xmmm128b64               8 Plain;
    Mul16           EVEX_Vpmullw_xmm_k1z_xmm_xmmm128                 0 Commutes;
    Mul32           EVEX_Vpmulld_xmm_k1z_xmm_xmmm128b32              4 Commutes;
    Mul64           EVEX_Vpmullq_xmm_k1z_xmm_xmmm128b64              8 Commutes;
    MinS8           EVEX_Vpminsb_xmm_k1z_xmm_xmmm128                 0 Commutes;
    MinS16          EVEX_Vpminsw_xmm_k1z_xmm_xmmm128                 0 Commutes;
    MinS32          EVEX_Vpminsd_xmm_k1z_xmm_xmmm128b32              4 Commutes;
    MinS64          EVEX_Vpminsq_xmm_k1z_xmm_xmmm128b64              8 Commutes;
    MinU8           EVEX_Vpminub_xmm_k1z_xmm_xmmm128                 0 Commutes;
    MinU16          EVEX_Vpminuw_xmm_k1z_xmm_xmmm128                 0 Commutes;
    MinU32          EVEX_Vpminud_xmm_k1z_xmm_xmmm128b32              4 Commutes;
    MinU64          EVEX_Vpminuq_xmm_k1z_xmm_xmmm128b64              8 Commutes;
    MaxS8           EVEX_Vpmaxsb_xmm_k1z_xmm_xmmm128                 0 Commutes;
    MaxS16          EVEX_Vpmaxsw_xmm_k1z_xmm_xmmm128                 0 Commutes;
    MaxS32          EVEX_Vpmaxsd_xmm_k1z_xmm_xmmm128b32              4 Commutes;
    MaxS64          EVEX_Vpmaxsq_xmm_k1z_xmm_xmmm128b64              8 Commutes;
    MaxU8           EVEX_Vpmaxub_xmm_k1z_xmm_xmmm128                 0 Commutes;
    MaxU16          EVEX_Vpmaxuw_xmm_k1z_xmm_xmmm128                 0 Commutes;
    MaxU32          EVEX_Vpmaxud_xmm_k1z_xmm_xmmm128b32              4 Commutes;
    MaxU64          EVEX_Vpmaxuq_xmm_k1z_xmm_xmmm128b64              8 Commutes;
    And32           EVEX_Vpandd_xmm_k1z_xmm_xmmm128b32               4 Commutes;
    And64           EVEX_Vpandq_xmm_k1z_xmm_xmmm128b64               8 Commutes;
    Or32            EVEX_Vpord_xmm_k1z_xmm_xmmm128b32                4 Commutes;
    Or64            EVEX_Vporq_xmm_k1z_xmm_xmmm128b64                8 Commutes;
    Xor32           EVEX_Vpxord_xmm_k1z_xmm_xmmm128b32               4 Commutes;
    Xor64           EVEX_Vpxorq_xmm_k1z_xmm_xmmm128b64               8 Commutes;
    ShlV16          EVEX_Vpsllvw_xmm_k1z_xmm_xmmm128                 0 Plain;
    ShlV32          EVEX_Vpsllvd_xmm_k1z_xmm_xmmm128b32              4 Plain;
    ShlV64          EVEX_Vpsllvq_xmm_k1z_xmm_xmmm128b64              8 Plain;
    ShrV16          EVEX_Vpsrlvw_xmm_k1z_xmm_xmmm128                 0 Plain;
    ShrV32          EVEX_Vpsrlvd_xmm_k1z_xmm_xmmm128b32              4 Plain;
    ShrV64          EVEX_Vpsrlvq_xmm_k1z_xmm_xmmm128b64              8 Plain;
    SarV16          EVEX_Vpsravw_xmm_k1z_xmm_xmmm128                 0 Plain;
    SarV32          EVEX_Vpsravd_xmm_k1z_xmm_xmmm128b32              4 Plain;
    SarV64          EVEX_Vpsravq_xmm_k1z_xmm_xmmm128b64              8 Plain;
    Blend8          EVEX_Vpblendmb_xmm_k1z_xmm_xmmm128               0 Plain;
    Blend16         EVEX_Vpblendmw_xmm_k1z_xmm_xmmm128               0 Plain;
    Blend32         EVEX_Vpblendmd_xmm_k1z_xmm_xmmm128b32            4 Plain;
    Blend64         EVEX_Vpblendmq_xmm_k1z_xmm_xmmm128b64            8 Plain;
    Abs8            EVEX_Vpabsb_xmm_k1z_xmmm128                      0 Plain;
    Abs16           EVEX_Vpabsw_xmm_k1z_xmmm128                      0 Plain;
    Abs32           EVEX_Vpabsd_xmm_k1z_xmmm128b32                   4 Plain;
    Abs64           EVEX_Vpabsq_xmm_k1z_xmmm128b64                   8 Plain;
    Popcount8       EVEX_Vpopcntb_xmm_k1z_xmmm128                    0 Plain;
    Popcount16      EVEX_Vpopcntw_xmm_k1z_xmmm128                    0 Plain;
    Popcount32      EVEX_Vpopcntd_xmm_k1z_xmmm128b32                 4 Plain;
    Popcount64      EVEX_Vpopcntq_xmm_k1z_xmmm128b64                 8 Plain;
    LeadingZeros32  EVEX_Vplzcntd_xmm_k1z_xmmm128b32                 4 Plain;
    LeadingZeros64  EVEX_Vplzcntq_xmm_k1z_xmmm128b64                 8 Plain;
    Shl16           EVEX_Vpsllw_xmm_k1z_xmmm128_imm8                 0 Plain;
    Shl32           EVEX_Vpslld_xmm_k1z_xmmm128b32_imm8              4 Plain;
    Shl64           EVEX_Vpsllq_xmm_k1z_xmmm128b64_imm8              8 Plain;
    Shr16           EVEX_Vpsrlw_xmm_k1z_xmmm128_imm8                 0 Plain;
    Shr32           EVEX_Vpsrld_xmm_k1z_xmmm128b32_imm8              4 Plain;
    Shr64           EVEX_Vpsrlq_xmm_k1z_xmmm128b64_imm8              8 Plain;
    Sar16           EVEX_Vpsraw_xmm_k1z_xmmm128_imm8                 0 Plain;
    Sar32           EVEX_Vpsrad_xmm_k1z_xmmm128b32_imm8              4 Plain;
    Sar64           EVEX_Vpsraq_xmm_k1z_xmmm128b64_imm8              8 Plain;
    CompareS8       EVEX_Vpcmpb_kr_k1_xmm_xmmm128_imm8               0 Plain;
    CompareU8       EVEX_Vpcmpub_kr_k1_xmm_xmmm128_imm8              0 Plain;
    Test8           EVEX_Vptestmb_kr_k1_xmm_xmmm128                  0 Plain;
    Broadcast8      EVEX_Vpbroadcastb_xmm_k1z_xmmm8                  0 Low;
    Load8           EVEX_Vmovdqu8_xmm_k1z_xmmm128                    0 Plain;
    Store8          EVEX_Vmovdqu8_xmmm128_k1z_xmm                    0 Stores;
    CompareS16      EVEX_Vpcmpw_kr_k1_xmm_xmmm128_imm8               0 Plain;
    CompareU16      EVEX_Vpcmpuw_kr_k1_xmm_xmmm128_imm8              0 Plain;
    Test16          EVEX_Vptestmw_kr_k1_xmm_xmmm128                  0 Plain;
    Broadcast16     EVEX_Vpbroadcastw_xmm_k1z_xmmm16                 0 Low;
    Load16          EVEX_Vmovdqu16_xmm_k1z_xmmm128                   0 Plain;
    Store16         EVEX_Vmovdqu16_xmmm128_k1z_xmm                   0 Stores;
    CompareS32      EVEX_Vpcmpd_kr_k1_xmm_xmmm128b32_imm8            4 Plain;
    CompareU32      EVEX_Vpcmpud_kr_k1_xmm_xmmm128b32_imm8           4 Plain;
    Test32          EVEX_Vptestmd_kr_k1_xmm_xmmm128b32               4 Plain;
    Broadcast32     EVEX_Vpbroadcastd_xmm_k1z_xmmm32                 0 Low;
    Load32          EVEX_Vmovdqu32_xmm_k1z_xmmm128                   0 Plain;
    Store32         EVEX_Vmovdqu32_xmmm128_k1z_xmm                   0 Stores;
    CompareS64      EVEX_Vpcmpq_kr_k1_xmm_xmmm128b64_imm8            8 Plain;
    CompareU64      EVEX_Vpcmpuq_kr_k1_xmm_xmmm128b64_imm8           8 Plain;
    Test64          EVEX_Vptestmq_kr_k1_xmm_xmmm128b64               8 Plain;
    Broadcast64     EVEX_Vpbroadcastq_xmm_k1z_xmmm64                 0 Low;
    Load64          EVEX_Vmovdqu64_xmm_k1z_xmmm128                   0 Plain;
    Store64         EVEX_Vmovdqu64_xmmm128_k1z_xmm                   0 Stores;
    BroadcastR64    EVEX_Vpbroadcastq_xmm_k1z_r64                    0 Plain;
    Sign8To16       EVEX_Vpmovsxbw_xmm_k1z_xmmm64                    0 Plain;
    Zero8To16       EVEX_Vpmovzxbw_xmm_k1z_xmmm64                    0 Plain;
    Narrow16To8     EVEX_Vpmovwb_xmmm64_k1z_xmm                      0 NoMemory;
    Sign8To32       EVEX_Vpmovsxbd_xmm_k1z_xmmm32                    0 Plain;
    Zero8To32       EVEX_Vpmovzxbd_xmm_k1z_xmmm32                    0 Plain;
    Narrow32To8     EVEX_Vpmovdb_xmmm32_k1z_xmm                      0 NoMemory;
    Sign8To64       EVEX_Vpmovsxbq_xmm_k1z_xmmm16                    0 Plain;
    Zero8To64       EVEX_Vpmovzxbq_xmm_k1z_xmmm16                    0 Plain;
    Narrow64To8     EVEX_Vpmovqb_xmmm16_k1z_xmm                      0 NoMemory;
    Sign16To32      EVEX_Vpmovsxwd_xmm_k1z_xmmm64                    0 Plain;
    Zero16To32      EVEX_Vpmovzxwd_xmm_k1z_xmmm64                    0 Plain;
    Narrow32To16    EVEX_Vpmovdw_xmmm64_k1z_xmm                      0 NoMemory;
    Sign16To64      EVEX_Vpmovsxwq_xmm_k1z_xmmm32                    0 Plain;
    Zero16To64      EVEX_Vpmovzxwq_xmm_k1z_xmmm32                    0 Plain;
    Narrow64To16    EVEX_Vpmovqw_xmmm32_k1z_xmm                      0 NoMemory;
    Sign32To64      EVEX_Vpmovsxdq_xmm_k1z_xmmm64                    0 Plain;
    Zero32To64      EVEX_Vpmovzxdq_xmm_k1z_xmmm64                    0 Plain;
    Narrow64To32    EVEX_Vpmovqd_xmmm64_k1z_xmm                      0 NoMemory;
    I64ToF64        EVEX_Vcvtqq2pd_xmm_k1z_xmmm128b64                8 Plain;
    U64ToF64        EVEX_Vcvtuqq2pd_xmm_k1z_xmmm128b64               8 Plain;
    I64ToF32        EVEX_Vcvtqq2ps_xmm_k1z_xmmm128b64                8 Plain;
    U64ToF32        EVEX_Vcvtuqq2ps_xmm_k1z_xmmm128b64               8 Plain;
    I32ToF64        EVEX_Vcvtdq2pd_xmm_k1z_xmmm64b32                 4 Plain;
    U32ToF64        EVEX_Vcvtudq2pd_xmm_k1z_xmmm64b32                4 Plain;
    I32ToF32        EVEX_Vcvtdq2ps_xmm_k1z_xmmm128b32                4 Plain;
    U32ToF32        EVEX_Vcvtudq2ps_xmm_k1z_xmmm128b32               4 Plain;
    F32ToF64        EVEX_Vcvtps2pd_xmm_k1z_xmmm64b32                 4 Plain;
    F64ToF32        EVEX_Vcvtpd2ps_xmm_k1z_xmmm128b64                8 Plain;
    F64ToI64        EVEX_Vcvttpd2qq_xmm_k1z_xmmm128b64               8 Plain;
    F64ToU64        EVEX_Vcvttpd2uqq_xmm_k1z_xmmm128b64              8 Plain;
    F32ToI64        EVEX_Vcvttps2qq_xmm_k1z_xmmm64b32                4 Plain;
    F32ToU64        EVEX_Vcvttps2uqq_xmm_k1z_xmmm64b32               4 Plain;
    F64ToI32        EVEX_Vcvttpd2dq_xmm_k1z_xmmm128b64               8 Plain;
    F32ToI32        EVEX_Vcvttps2dq_xmm_k1z_xmmm128b32               4 Plain;
    AlignBytes      EVEX_Vpalignr_xmm_k1z_xmm_xmmm128_imm8           0 Plain;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The forms of one row differ in nothing but their sizes.
    #[test]
    fn sizes_are_neighbours() {
        for &op in Op::ALL {
            let names = [Size::X, Size::Y, Size::Z].map(|s| format!("{:?}", op.code(s)));
            let mnemonic = |name: &String| name.split('_').nth(1).map(str::to_string);
            let wide = ["xmm", "ymm", "zmm"];
            for (name, reg) in names.iter().zip(wide) {
                assert_eq!(mnemonic(name), mnemonic(&names[0]), "{op:?}");
                assert!(name.contains(reg), "{op:?}: {name}");
                assert_eq!(op.broadcast() > 0, name.contains("b64") || name.contains("b32"), "{op:?}");
            }
        }
    }
}
