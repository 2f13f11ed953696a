//! The table of vector instructions: what lowering chooses from, and what the allocator and the
//! encoder need to know about each.
//!
//! A row names the 128-bit forms, as AVX-512 (EVEX) and as AVX2 (VEX) have them; iced lists the
//! larger forms right after them, so that a size is an offset (a test checks every row). What AVX2
//! lacks is composed of what it has, in `avx2`; a few rows exist for that alone. "Broadcast" is the
//! width of the memory element that the EVEX form can repeat in all lanes (0: none).

use iced_x86::Code;

use super::isa::Isa;

/// How an instruction treats its operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// Destination, sources; the last source may be in memory.
    Plain,
    /// As `Plain`; as VEX, `NoMemory`.
    PlainEvex,
    /// Two sources in any order.
    Commutes,
    /// The first source is overwritten.
    Tied,
    /// Sources are the low ends of registers.
    Low,
    /// The last source must be in a register.
    NoMemory,
    /// The destination is memory.
    Stores,
}

struct Row {
    evex: Code,
    vex: Code,
    broadcast: u8,
    form: Form,
}

macro_rules! ops {
    ($($op:ident $evex:ident $vex:ident $broadcast:literal $form:ident;)*) => {
        /// A vector instruction, of any size.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum Op { $($op),* }

        impl Op {
            #[cfg(test)]
            pub(super) const ALL: &[Op] = &[$(Op::$op),*];

            const TABLE: &[Row] = &[
                $(Row { evex: Code::$evex, vex: Code::$vex, broadcast: $broadcast, form: Form::$form }),*
            ];
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
    fn row(self) -> &'static Row {
        &Op::TABLE[self as usize]
    }

    fn first(self, isa: Isa) -> Code {
        match isa {
            Isa::Avx512 => self.row().evex,
            Isa::Avx2 => self.row().vex,
        }
    }

    /// Whether the instruction set has it.
    pub(super) fn exists(self, isa: Isa) -> bool {
        self.first(isa) != Code::INVALID
    }

    /// The instruction of a size.
    pub(super) fn code(self, isa: Isa, size: Size) -> Code {
        let first = self.first(isa);
        Code::try_from(first as usize + size as usize).unwrap_or(first)
    }

    /// Bytes of the memory element that the instruction can broadcast; 0 if it cannot.
    pub(super) fn broadcast(self, isa: Isa) -> usize {
        match isa {
            Isa::Avx512 => self.row().broadcast as usize,
            Isa::Avx2 => 0,
        }
    }

    pub(super) fn form(self, isa: Isa) -> Form {
        match (self.row().form, isa) {
            (Form::PlainEvex, Isa::Avx512) => Form::Plain,
            (Form::PlainEvex, Isa::Avx2) => Form::NoMemory,
            (form, _) => form,
        }
    }
}

ops! {
    // name         EVEX, 128 bits                                 VEX, 128 bits                          broadcast, form
    AddF64          EVEX_Vaddpd_xmm_k1z_xmm_xmmm128b64             VEX_Vaddpd_xmm_xmm_xmmm128             8 Commutes;
    SubF64          EVEX_Vsubpd_xmm_k1z_xmm_xmmm128b64             VEX_Vsubpd_xmm_xmm_xmmm128             8 Plain;
    MulF64          EVEX_Vmulpd_xmm_k1z_xmm_xmmm128b64             VEX_Vmulpd_xmm_xmm_xmmm128             8 Commutes;
    DivF64          EVEX_Vdivpd_xmm_k1z_xmm_xmmm128b64             VEX_Vdivpd_xmm_xmm_xmmm128             8 Plain;
    MinF64          EVEX_Vminpd_xmm_k1z_xmm_xmmm128b64             VEX_Vminpd_xmm_xmm_xmmm128             8 Plain;
    MaxF64          EVEX_Vmaxpd_xmm_k1z_xmm_xmmm128b64             VEX_Vmaxpd_xmm_xmm_xmmm128             8 Plain;
    AndF64          EVEX_Vandpd_xmm_k1z_xmm_xmmm128b64             VEX_Vandpd_xmm_xmm_xmmm128             8 Commutes;
    XorF64          EVEX_Vxorpd_xmm_k1z_xmm_xmmm128b64             VEX_Vxorpd_xmm_xmm_xmmm128             8 Commutes;
    SqrtF64         EVEX_Vsqrtpd_xmm_k1z_xmmm128b64                VEX_Vsqrtpd_xmm_xmmm128                8 Plain;
    RoundF64        EVEX_Vrndscalepd_xmm_k1z_xmmm128b64_imm8       VEX_Vroundpd_xmm_xmmm128_imm8          8 Plain;
    CompareF64      EVEX_Vcmppd_kr_k1_xmm_xmmm128b64_imm8          VEX_Vcmppd_xmm_xmm_xmmm128_imm8        8 Plain;
    BlendF64        EVEX_Vblendmpd_xmm_k1z_xmm_xmmm128b64          VEX_Vblendvpd_xmm_xmm_xmmm128_xmm      8 PlainEvex;
    Fma132F64       EVEX_Vfmadd132pd_xmm_k1z_xmm_xmmm128b64        VEX_Vfmadd132pd_xmm_xmm_xmmm128        8 Tied;
    Fma213F64       EVEX_Vfmadd213pd_xmm_k1z_xmm_xmmm128b64        VEX_Vfmadd213pd_xmm_xmm_xmmm128        8 Tied;
    Fma231F64       EVEX_Vfmadd231pd_xmm_k1z_xmm_xmmm128b64        VEX_Vfmadd231pd_xmm_xmm_xmmm128        8 Tied;
    PickF64         EVEX_Vpermi2pd_xmm_k1z_xmm_xmmm128b64          INVALID                                8 Tied;
    AddF32          EVEX_Vaddps_xmm_k1z_xmm_xmmm128b32             VEX_Vaddps_xmm_xmm_xmmm128             4 Commutes;
    SubF32          EVEX_Vsubps_xmm_k1z_xmm_xmmm128b32             VEX_Vsubps_xmm_xmm_xmmm128             4 Plain;
    MulF32          EVEX_Vmulps_xmm_k1z_xmm_xmmm128b32             VEX_Vmulps_xmm_xmm_xmmm128             4 Commutes;
    DivF32          EVEX_Vdivps_xmm_k1z_xmm_xmmm128b32             VEX_Vdivps_xmm_xmm_xmmm128             4 Plain;
    MinF32          EVEX_Vminps_xmm_k1z_xmm_xmmm128b32             VEX_Vminps_xmm_xmm_xmmm128             4 Plain;
    MaxF32          EVEX_Vmaxps_xmm_k1z_xmm_xmmm128b32             VEX_Vmaxps_xmm_xmm_xmmm128             4 Plain;
    AndF32          EVEX_Vandps_xmm_k1z_xmm_xmmm128b32             VEX_Vandps_xmm_xmm_xmmm128             4 Commutes;
    XorF32          EVEX_Vxorps_xmm_k1z_xmm_xmmm128b32             VEX_Vxorps_xmm_xmm_xmmm128             4 Commutes;
    SqrtF32         EVEX_Vsqrtps_xmm_k1z_xmmm128b32                VEX_Vsqrtps_xmm_xmmm128                4 Plain;
    RoundF32        EVEX_Vrndscaleps_xmm_k1z_xmmm128b32_imm8       VEX_Vroundps_xmm_xmmm128_imm8          4 Plain;
    CompareF32      EVEX_Vcmpps_kr_k1_xmm_xmmm128b32_imm8          VEX_Vcmpps_xmm_xmm_xmmm128_imm8        4 Plain;
    BlendF32        EVEX_Vblendmps_xmm_k1z_xmm_xmmm128b32          VEX_Vblendvps_xmm_xmm_xmmm128_xmm      4 PlainEvex;
    Fma132F32       EVEX_Vfmadd132ps_xmm_k1z_xmm_xmmm128b32        VEX_Vfmadd132ps_xmm_xmm_xmmm128        4 Tied;
    Fma213F32       EVEX_Vfmadd213ps_xmm_k1z_xmm_xmmm128b32        VEX_Vfmadd213ps_xmm_xmm_xmmm128        4 Tied;
    Fma231F32       EVEX_Vfmadd231ps_xmm_k1z_xmm_xmmm128b32        VEX_Vfmadd231ps_xmm_xmm_xmmm128        4 Tied;
    PickF32         EVEX_Vpermi2ps_xmm_k1z_xmm_xmmm128b32          INVALID                                4 Tied;
    Add8            EVEX_Vpaddb_xmm_k1z_xmm_xmmm128                VEX_Vpaddb_xmm_xmm_xmmm128             0 Commutes;
    Add16           EVEX_Vpaddw_xmm_k1z_xmm_xmmm128                VEX_Vpaddw_xmm_xmm_xmmm128             0 Commutes;
    Add32           EVEX_Vpaddd_xmm_k1z_xmm_xmmm128b32             VEX_Vpaddd_xmm_xmm_xmmm128             4 Commutes;
    Add64           EVEX_Vpaddq_xmm_k1z_xmm_xmmm128b64             VEX_Vpaddq_xmm_xmm_xmmm128             8 Commutes;
    Sub8            EVEX_Vpsubb_xmm_k1z_xmm_xmmm128                VEX_Vpsubb_xmm_xmm_xmmm128             0 Plain;
    Sub16           EVEX_Vpsubw_xmm_k1z_xmm_xmmm128                VEX_Vpsubw_xmm_xmm_xmmm128             0 Plain;
    Sub32           EVEX_Vpsubd_xmm_k1z_xmm_xmmm128b32             VEX_Vpsubd_xmm_xmm_xmmm128             4 Plain;
    Sub64           EVEX_Vpsubq_xmm_k1z_xmm_xmmm128b64             VEX_Vpsubq_xmm_xmm_xmmm128             8 Plain;
    Mul16           EVEX_Vpmullw_xmm_k1z_xmm_xmmm128               VEX_Vpmullw_xmm_xmm_xmmm128            0 Commutes;
    Mul32           EVEX_Vpmulld_xmm_k1z_xmm_xmmm128b32            VEX_Vpmulld_xmm_xmm_xmmm128            4 Commutes;
    Mul64           EVEX_Vpmullq_xmm_k1z_xmm_xmmm128b64            INVALID                                8 Commutes;
    MinS8           EVEX_Vpminsb_xmm_k1z_xmm_xmmm128               VEX_Vpminsb_xmm_xmm_xmmm128            0 Commutes;
    MinS16          EVEX_Vpminsw_xmm_k1z_xmm_xmmm128               VEX_Vpminsw_xmm_xmm_xmmm128            0 Commutes;
    MinS32          EVEX_Vpminsd_xmm_k1z_xmm_xmmm128b32            VEX_Vpminsd_xmm_xmm_xmmm128            4 Commutes;
    MinS64          EVEX_Vpminsq_xmm_k1z_xmm_xmmm128b64            INVALID                                8 Commutes;
    MinU8           EVEX_Vpminub_xmm_k1z_xmm_xmmm128               VEX_Vpminub_xmm_xmm_xmmm128            0 Commutes;
    MinU16          EVEX_Vpminuw_xmm_k1z_xmm_xmmm128               VEX_Vpminuw_xmm_xmm_xmmm128            0 Commutes;
    MinU32          EVEX_Vpminud_xmm_k1z_xmm_xmmm128b32            VEX_Vpminud_xmm_xmm_xmmm128            4 Commutes;
    MinU64          EVEX_Vpminuq_xmm_k1z_xmm_xmmm128b64            INVALID                                8 Commutes;
    MaxS8           EVEX_Vpmaxsb_xmm_k1z_xmm_xmmm128               VEX_Vpmaxsb_xmm_xmm_xmmm128            0 Commutes;
    MaxS16          EVEX_Vpmaxsw_xmm_k1z_xmm_xmmm128               VEX_Vpmaxsw_xmm_xmm_xmmm128            0 Commutes;
    MaxS32          EVEX_Vpmaxsd_xmm_k1z_xmm_xmmm128b32            VEX_Vpmaxsd_xmm_xmm_xmmm128            4 Commutes;
    MaxS64          EVEX_Vpmaxsq_xmm_k1z_xmm_xmmm128b64            INVALID                                8 Commutes;
    MaxU8           EVEX_Vpmaxub_xmm_k1z_xmm_xmmm128               VEX_Vpmaxub_xmm_xmm_xmmm128            0 Commutes;
    MaxU16          EVEX_Vpmaxuw_xmm_k1z_xmm_xmmm128               VEX_Vpmaxuw_xmm_xmm_xmmm128            0 Commutes;
    MaxU32          EVEX_Vpmaxud_xmm_k1z_xmm_xmmm128b32            VEX_Vpmaxud_xmm_xmm_xmmm128            4 Commutes;
    MaxU64          EVEX_Vpmaxuq_xmm_k1z_xmm_xmmm128b64            INVALID                                8 Commutes;
    And32           EVEX_Vpandd_xmm_k1z_xmm_xmmm128b32             VEX_Vpand_xmm_xmm_xmmm128              4 Commutes;
    And64           EVEX_Vpandq_xmm_k1z_xmm_xmmm128b64             VEX_Vpand_xmm_xmm_xmmm128              8 Commutes;
    Or32            EVEX_Vpord_xmm_k1z_xmm_xmmm128b32              VEX_Vpor_xmm_xmm_xmmm128               4 Commutes;
    Or64            EVEX_Vporq_xmm_k1z_xmm_xmmm128b64              VEX_Vpor_xmm_xmm_xmmm128               8 Commutes;
    Xor32           EVEX_Vpxord_xmm_k1z_xmm_xmmm128b32             VEX_Vpxor_xmm_xmm_xmmm128              4 Commutes;
    Xor64           EVEX_Vpxorq_xmm_k1z_xmm_xmmm128b64             VEX_Vpxor_xmm_xmm_xmmm128              8 Commutes;
    ShlV16          EVEX_Vpsllvw_xmm_k1z_xmm_xmmm128               INVALID                                0 Plain;
    ShlV32          EVEX_Vpsllvd_xmm_k1z_xmm_xmmm128b32            VEX_Vpsllvd_xmm_xmm_xmmm128            4 Plain;
    ShlV64          EVEX_Vpsllvq_xmm_k1z_xmm_xmmm128b64            VEX_Vpsllvq_xmm_xmm_xmmm128            8 Plain;
    ShrV16          EVEX_Vpsrlvw_xmm_k1z_xmm_xmmm128               INVALID                                0 Plain;
    ShrV32          EVEX_Vpsrlvd_xmm_k1z_xmm_xmmm128b32            VEX_Vpsrlvd_xmm_xmm_xmmm128            4 Plain;
    ShrV64          EVEX_Vpsrlvq_xmm_k1z_xmm_xmmm128b64            VEX_Vpsrlvq_xmm_xmm_xmmm128            8 Plain;
    SarV16          EVEX_Vpsravw_xmm_k1z_xmm_xmmm128               INVALID                                0 Plain;
    SarV32          EVEX_Vpsravd_xmm_k1z_xmm_xmmm128b32            VEX_Vpsravd_xmm_xmm_xmmm128            4 Plain;
    SarV64          EVEX_Vpsravq_xmm_k1z_xmm_xmmm128b64            INVALID                                8 Plain;
    Blend8          EVEX_Vpblendmb_xmm_k1z_xmm_xmmm128             VEX_Vpblendvb_xmm_xmm_xmmm128_xmm      0 PlainEvex;
    Blend16         EVEX_Vpblendmw_xmm_k1z_xmm_xmmm128             VEX_Vpblendvb_xmm_xmm_xmmm128_xmm      0 PlainEvex;
    Blend32         EVEX_Vpblendmd_xmm_k1z_xmm_xmmm128b32          VEX_Vpblendvb_xmm_xmm_xmmm128_xmm      4 PlainEvex;
    Blend64         EVEX_Vpblendmq_xmm_k1z_xmm_xmmm128b64          VEX_Vpblendvb_xmm_xmm_xmmm128_xmm      8 PlainEvex;
    Abs8            EVEX_Vpabsb_xmm_k1z_xmmm128                    VEX_Vpabsb_xmm_xmmm128                 0 Plain;
    Abs16           EVEX_Vpabsw_xmm_k1z_xmmm128                    VEX_Vpabsw_xmm_xmmm128                 0 Plain;
    Abs32           EVEX_Vpabsd_xmm_k1z_xmmm128b32                 VEX_Vpabsd_xmm_xmmm128                 4 Plain;
    Abs64           EVEX_Vpabsq_xmm_k1z_xmmm128b64                 INVALID                                8 Plain;
    Popcount8       EVEX_Vpopcntb_xmm_k1z_xmmm128                  INVALID                                0 Plain;
    Popcount16      EVEX_Vpopcntw_xmm_k1z_xmmm128                  INVALID                                0 Plain;
    Popcount32      EVEX_Vpopcntd_xmm_k1z_xmmm128b32               INVALID                                4 Plain;
    Popcount64      EVEX_Vpopcntq_xmm_k1z_xmmm128b64               INVALID                                8 Plain;
    LeadingZeros32  EVEX_Vplzcntd_xmm_k1z_xmmm128b32               INVALID                                4 Plain;
    LeadingZeros64  EVEX_Vplzcntq_xmm_k1z_xmmm128b64               INVALID                                8 Plain;
    Shl16           EVEX_Vpsllw_xmm_k1z_xmmm128_imm8               VEX_Vpsllw_xmm_xmm_imm8                0 PlainEvex;
    Shl32           EVEX_Vpslld_xmm_k1z_xmmm128b32_imm8            VEX_Vpslld_xmm_xmm_imm8                4 PlainEvex;
    Shl64           EVEX_Vpsllq_xmm_k1z_xmmm128b64_imm8            VEX_Vpsllq_xmm_xmm_imm8                8 PlainEvex;
    Shr16           EVEX_Vpsrlw_xmm_k1z_xmmm128_imm8               VEX_Vpsrlw_xmm_xmm_imm8                0 PlainEvex;
    Shr32           EVEX_Vpsrld_xmm_k1z_xmmm128b32_imm8            VEX_Vpsrld_xmm_xmm_imm8                4 PlainEvex;
    Shr64           EVEX_Vpsrlq_xmm_k1z_xmmm128b64_imm8            VEX_Vpsrlq_xmm_xmm_imm8                8 PlainEvex;
    Sar16           EVEX_Vpsraw_xmm_k1z_xmmm128_imm8               VEX_Vpsraw_xmm_xmm_imm8                0 PlainEvex;
    Sar32           EVEX_Vpsrad_xmm_k1z_xmmm128b32_imm8            VEX_Vpsrad_xmm_xmm_imm8                4 PlainEvex;
    Sar64           EVEX_Vpsraq_xmm_k1z_xmmm128b64_imm8            INVALID                                8 PlainEvex;
    CompareS8       EVEX_Vpcmpb_kr_k1_xmm_xmmm128_imm8             INVALID                                0 Plain;
    CompareU8       EVEX_Vpcmpub_kr_k1_xmm_xmmm128_imm8            INVALID                                0 Plain;
    Test8           EVEX_Vptestmb_kr_k1_xmm_xmmm128                INVALID                                0 Plain;
    Broadcast8      EVEX_Vpbroadcastb_xmm_k1z_xmmm8                VEX_Vpbroadcastb_xmm_xmmm8             0 Low;
    Load8           EVEX_Vmovdqu8_xmm_k1z_xmmm128                  VEX_Vmovdqu_xmm_xmmm128                0 Plain;
    Store8          EVEX_Vmovdqu8_xmmm128_k1z_xmm                  VEX_Vmovdqu_xmmm128_xmm                0 Stores;
    CompareS16      EVEX_Vpcmpw_kr_k1_xmm_xmmm128_imm8             INVALID                                0 Plain;
    CompareU16      EVEX_Vpcmpuw_kr_k1_xmm_xmmm128_imm8            INVALID                                0 Plain;
    Test16          EVEX_Vptestmw_kr_k1_xmm_xmmm128                INVALID                                0 Plain;
    Broadcast16     EVEX_Vpbroadcastw_xmm_k1z_xmmm16               VEX_Vpbroadcastw_xmm_xmmm16            0 Low;
    Load16          EVEX_Vmovdqu16_xmm_k1z_xmmm128                 VEX_Vmovdqu_xmm_xmmm128                0 Plain;
    Store16         EVEX_Vmovdqu16_xmmm128_k1z_xmm                 VEX_Vmovdqu_xmmm128_xmm                0 Stores;
    CompareS32      EVEX_Vpcmpd_kr_k1_xmm_xmmm128b32_imm8          INVALID                                4 Plain;
    CompareU32      EVEX_Vpcmpud_kr_k1_xmm_xmmm128b32_imm8         INVALID                                4 Plain;
    Test32          EVEX_Vptestmd_kr_k1_xmm_xmmm128b32             INVALID                                4 Plain;
    Broadcast32     EVEX_Vpbroadcastd_xmm_k1z_xmmm32               VEX_Vpbroadcastd_xmm_xmmm32            0 Low;
    Load32          EVEX_Vmovdqu32_xmm_k1z_xmmm128                 VEX_Vmovdqu_xmm_xmmm128                0 Plain;
    Store32         EVEX_Vmovdqu32_xmmm128_k1z_xmm                 VEX_Vmovdqu_xmmm128_xmm                0 Stores;
    CompareS64      EVEX_Vpcmpq_kr_k1_xmm_xmmm128b64_imm8          INVALID                                8 Plain;
    CompareU64      EVEX_Vpcmpuq_kr_k1_xmm_xmmm128b64_imm8         INVALID                                8 Plain;
    Test64          EVEX_Vptestmq_kr_k1_xmm_xmmm128b64             INVALID                                8 Plain;
    Broadcast64     EVEX_Vpbroadcastq_xmm_k1z_xmmm64               VEX_Vpbroadcastq_xmm_xmmm64            0 Low;
    Load64          EVEX_Vmovdqu64_xmm_k1z_xmmm128                 VEX_Vmovdqu_xmm_xmmm128                0 Plain;
    Store64         EVEX_Vmovdqu64_xmmm128_k1z_xmm                 VEX_Vmovdqu_xmmm128_xmm                0 Stores;
    Stream          EVEX_Vmovntdq_m128_xmm                         VEX_Vmovntdq_m128_xmm                  0 Stores;
    FixupF64        EVEX_Vfixupimmpd_xmm_k1z_xmm_xmmm128b64_imm8   INVALID                                8 Tied;
    FixupF32        EVEX_Vfixupimmps_xmm_k1z_xmm_xmmm128b32_imm8   INVALID                                4 Tied;
    BroadcastR64    EVEX_Vpbroadcastq_xmm_k1z_r64                  INVALID                                0 Plain;
    Sign8To16       EVEX_Vpmovsxbw_xmm_k1z_xmmm64                  VEX_Vpmovsxbw_xmm_xmmm64               0 Plain;
    Zero8To16       EVEX_Vpmovzxbw_xmm_k1z_xmmm64                  VEX_Vpmovzxbw_xmm_xmmm64               0 Plain;
    Narrow16To8     EVEX_Vpmovwb_xmmm64_k1z_xmm                    INVALID                                0 NoMemory;
    Sign8To32       EVEX_Vpmovsxbd_xmm_k1z_xmmm32                  VEX_Vpmovsxbd_xmm_xmmm32               0 Plain;
    Zero8To32       EVEX_Vpmovzxbd_xmm_k1z_xmmm32                  VEX_Vpmovzxbd_xmm_xmmm32               0 Plain;
    Narrow32To8     EVEX_Vpmovdb_xmmm32_k1z_xmm                    INVALID                                0 NoMemory;
    Sign8To64       EVEX_Vpmovsxbq_xmm_k1z_xmmm16                  VEX_Vpmovsxbq_xmm_xmmm16               0 Plain;
    Zero8To64       EVEX_Vpmovzxbq_xmm_k1z_xmmm16                  VEX_Vpmovzxbq_xmm_xmmm16               0 Plain;
    Narrow64To8     EVEX_Vpmovqb_xmmm16_k1z_xmm                    INVALID                                0 NoMemory;
    Sign16To32      EVEX_Vpmovsxwd_xmm_k1z_xmmm64                  VEX_Vpmovsxwd_xmm_xmmm64               0 Plain;
    Zero16To32      EVEX_Vpmovzxwd_xmm_k1z_xmmm64                  VEX_Vpmovzxwd_xmm_xmmm64               0 Plain;
    Narrow32To16    EVEX_Vpmovdw_xmmm64_k1z_xmm                    INVALID                                0 NoMemory;
    Sign16To64      EVEX_Vpmovsxwq_xmm_k1z_xmmm32                  VEX_Vpmovsxwq_xmm_xmmm32               0 Plain;
    Zero16To64      EVEX_Vpmovzxwq_xmm_k1z_xmmm32                  VEX_Vpmovzxwq_xmm_xmmm32               0 Plain;
    Narrow64To16    EVEX_Vpmovqw_xmmm32_k1z_xmm                    INVALID                                0 NoMemory;
    Sign32To64      EVEX_Vpmovsxdq_xmm_k1z_xmmm64                  VEX_Vpmovsxdq_xmm_xmmm64               0 Plain;
    Zero32To64      EVEX_Vpmovzxdq_xmm_k1z_xmmm64                  VEX_Vpmovzxdq_xmm_xmmm64               0 Plain;
    Narrow64To32    EVEX_Vpmovqd_xmmm64_k1z_xmm                    INVALID                                0 NoMemory;
    I64ToF64        EVEX_Vcvtqq2pd_xmm_k1z_xmmm128b64              INVALID                                8 Plain;
    U64ToF64        EVEX_Vcvtuqq2pd_xmm_k1z_xmmm128b64             INVALID                                8 Plain;
    I64ToF32        EVEX_Vcvtqq2ps_xmm_k1z_xmmm128b64              INVALID                                8 Plain;
    U64ToF32        EVEX_Vcvtuqq2ps_xmm_k1z_xmmm128b64             INVALID                                8 Plain;
    I32ToF64        EVEX_Vcvtdq2pd_xmm_k1z_xmmm64b32               VEX_Vcvtdq2pd_xmm_xmmm64               4 Plain;
    U32ToF64        EVEX_Vcvtudq2pd_xmm_k1z_xmmm64b32              INVALID                                4 Plain;
    I32ToF32        EVEX_Vcvtdq2ps_xmm_k1z_xmmm128b32              VEX_Vcvtdq2ps_xmm_xmmm128              4 Plain;
    U32ToF32        EVEX_Vcvtudq2ps_xmm_k1z_xmmm128b32             INVALID                                4 Plain;
    F32ToF64        EVEX_Vcvtps2pd_xmm_k1z_xmmm64b32               VEX_Vcvtps2pd_xmm_xmmm64               4 Plain;
    F64ToF32        EVEX_Vcvtpd2ps_xmm_k1z_xmmm128b64              VEX_Vcvtpd2ps_xmm_xmmm128              8 Plain;
    F64ToI64        EVEX_Vcvttpd2qq_xmm_k1z_xmmm128b64             INVALID                                8 Plain;
    F64ToU64        EVEX_Vcvttpd2uqq_xmm_k1z_xmmm128b64            INVALID                                8 Plain;
    F32ToI64        EVEX_Vcvttps2qq_xmm_k1z_xmmm64b32              INVALID                                4 Plain;
    F64ToI32        EVEX_Vcvttpd2dq_xmm_k1z_xmmm128b64             VEX_Vcvttpd2dq_xmm_xmmm128             8 Plain;
    F32ToI32        EVEX_Vcvttps2dq_xmm_k1z_xmmm128b32             VEX_Vcvttps2dq_xmm_xmmm128             4 Plain;
    AlignBytes      EVEX_Vpalignr_xmm_k1z_xmm_xmmm128_imm8         VEX_Vpalignr_xmm_xmm_xmmm128_imm8      0 Plain;
    UnpackLow8      EVEX_Vpunpcklbw_xmm_k1z_xmm_xmmm128            VEX_Vpunpcklbw_xmm_xmm_xmmm128         0 Plain;
    UnpackLow16     EVEX_Vpunpcklwd_xmm_k1z_xmm_xmmm128            VEX_Vpunpcklwd_xmm_xmm_xmmm128         0 Plain;
    UnpackLow32     EVEX_Vpunpckldq_xmm_k1z_xmm_xmmm128b32         VEX_Vpunpckldq_xmm_xmm_xmmm128         4 Plain;
    UnpackLow64     EVEX_Vpunpcklqdq_xmm_k1z_xmm_xmmm128b64        VEX_Vpunpcklqdq_xmm_xmm_xmmm128        8 Plain;
    // AVX2 alone.
    Equal8          INVALID                                        VEX_Vpcmpeqb_xmm_xmm_xmmm128           0 Commutes;
    Equal16         INVALID                                        VEX_Vpcmpeqw_xmm_xmm_xmmm128           0 Commutes;
    Equal32         INVALID                                        VEX_Vpcmpeqd_xmm_xmm_xmmm128           0 Commutes;
    Equal64         INVALID                                        VEX_Vpcmpeqq_xmm_xmm_xmmm128           0 Commutes;
    Greater8        INVALID                                        VEX_Vpcmpgtb_xmm_xmm_xmmm128           0 Plain;
    Greater16       INVALID                                        VEX_Vpcmpgtw_xmm_xmm_xmmm128           0 Plain;
    Greater32       INVALID                                        VEX_Vpcmpgtd_xmm_xmm_xmmm128           0 Plain;
    Greater64       INVALID                                        VEX_Vpcmpgtq_xmm_xmm_xmmm128           0 Plain;
    AndNot          INVALID                                        VEX_Vpandn_xmm_xmm_xmmm128             0 Plain;
    ShuffleBytes    INVALID                                        VEX_Vpshufb_xmm_xmm_xmmm128            0 Plain;
    Shuffle32       INVALID                                        VEX_Vpshufd_xmm_xmmm128_imm8           0 Plain;
    ShuffleF32      INVALID                                        VEX_Vshufps_xmm_xmm_xmmm128_imm8       0 Plain;
    Mix32           INVALID                                        VEX_Vpblendd_xmm_xmm_xmmm128_imm8      0 Plain;
    UnpackHigh32    INVALID                                        VEX_Vpunpckhdq_xmm_xmm_xmmm128         0 Plain;
    UnpackHigh64    INVALID                                        VEX_Vpunpckhqdq_xmm_xmm_xmmm128        0 Plain;
    MulEven32       INVALID                                        VEX_Vpmuludq_xmm_xmm_xmmm128           0 Commutes;
    SumPairs8       INVALID                                        VEX_Vpmaddubsw_xmm_xmm_xmmm128         0 Plain;
    SumPairs16      INVALID                                        VEX_Vpmaddwd_xmm_xmm_xmmm128           0 Plain;
    SumBytes        INVALID                                        VEX_Vpsadbw_xmm_xmm_xmmm128            0 Plain;
    MaskLoad32      INVALID                                        VEX_Vpmaskmovd_xmm_xmm_m128            0 NoMemory;
    MaskLoad64      INVALID                                        VEX_Vpmaskmovq_xmm_xmm_m128            0 NoMemory;
    MaskStore32     INVALID                                        VEX_Vpmaskmovd_m128_xmm_xmm            0 Stores;
    MaskStore64     INVALID                                        VEX_Vpmaskmovq_m128_xmm_xmm            0 Stores;
    SubClamped16    INVALID                                        VEX_Vpsubusw_xmm_xmm_xmmm128           0 Plain;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The forms of one row differ in nothing but their sizes.
    #[test]
    fn sizes_are_neighbours() {
        for &op in Op::ALL {
            for isa in Isa::ALL.into_iter().filter(|&isa| op.exists(isa)) {
                let sizes: &[Size] =
                    if isa == Isa::Avx512 { &[Size::X, Size::Y, Size::Z] } else { &[Size::X, Size::Y] };
                let names: Vec<String> = sizes.iter().map(|&s| format!("{:?}", op.code(isa, s))).collect();
                let mnemonic = |name: &String| name.split('_').nth(1).map(str::to_string);
                for (name, reg) in names.iter().zip(["xmm", "ymm", "zmm"]) {
                    assert_eq!(mnemonic(name), mnemonic(&names[0]), "{op:?}");
                    assert!(name.contains(reg), "{op:?}: {name}");
                    let repeats = name.contains("b64") || name.contains("b32");
                    assert_eq!(op.broadcast(isa) > 0, repeats, "{op:?}");
                    assert_eq!(name.starts_with("EVEX"), isa == Isa::Avx512, "{op:?}");
                }
            }
        }
    }
}
