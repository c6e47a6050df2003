"""The programme's phrases in Latin letters, as drafted: what `lo_Latn` may say without a review."""

LATIN_PHRASES = (
    "Ngeun outnoun me-dek\n1 Kouat sit\n2 Van chay ngeun\n3 Longthabian\n4 Kouat soukhaphap\n"
    "5 Phasa\n6 Xouaylua",
    "Than thupha you bo?\n1 Men\n2 Bo men",
    "Than mi louk ayou bo hot 6 duan bo?\n1 Mi\n2 Bo mi",
    "Than you muang dai?\n1 Sanamxai\n2 Phouvong\n3 Nong\n4 Muang un",
    "Than at mi sit hap ngeun. Pai longthabian you souksala phom pum siboua.",
    "Kho aphai, nyang bo khao nguankhai. Tham pheum you souksala.",
    "Chay khang topai: 15/08/2026\nThi Ban Phonkeo\nChamnouan 300.000 kip",
    "Nyang bo mi van chay ngeun. Kalouna kouat khun phaylang.",
    "Than longthabian leo. Leum te 01/06/2026.",
    "Kamlang kouatsop kan longthabian khong than.",
    "Bo phop khomoun khong beu tho ni. Kalouna tidto souksala.",
    "Kalouna pon lahat lap 4 toua lek:",
    "Lahat lap bo thuk. Nyang lua 2 khang.",
    "0 Kap khun 9 Topai",
    "Luak phasa:\n1 Lao (script)\n2 Lao (abc)\n3 English",
    "Tho tham fri 1234 lu pai ha souksala lu hongkan MoLSW muang.",
    "Ngeun outnoun me-dek: hap 300.000 kip vanthi 15/08/2026 thi Ban Phonkeo. Nam bat pai phom.",
    "Kouat lang keut louk: vanthi 15/08. Pai souksala phom louk le pum siboua.",
    "Hot vela sak ya kan phanyat louk: 15/08 thi souksala. Sak fri. Nam pum siboua.",
    "Than yut hap khokhouam leo. Sit hap ngeun nyang khu kao.",
    "Than cha dai hap khokhouam tuan. Tho *123# phua yut.",
    "Kan pai kouat soukhaphap bo men nguankhai hap ngeun.",
)
