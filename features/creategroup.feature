# language: id
Fitur: creategroup
  TUJUAN: Membuat grup baru dengan isi user tertentu
  PARAMETER1: id grup
  PARAMETER2: daftar user dalam grup dipisahkan dengan ,. [user1,user2,user3,...]
  BERHASIL: status: OK, data: pesan grup sudah dibuat
  GAGAL: status: ERROR, data: pesan kesalahan

  @CREATEGROUP-1
  Aturan: `creategroup` dengan id baru menghasilkan OK dan pesan
    Skenario: grup baru berisi tiga user
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Ketika "budi" membuat grup "kelas" berisi "siti", "budi" dan "tono"
      Maka hasilnya OK dengan data yang terisi

  @CREATEGROUP-2
  Aturan: `creategroup` dengan parameter yang kurang adalah ERROR
    Garis-Besar Skenario: <yang kurang>
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request: <request>
      Maka hasilnya ERROR

      Contoh:
        | yang kurang     | request                  |
        | tanpa parameter | creategroup              |
        | tanpa daftar    | creategroup {grup kelas} |

    Skenario: id yang ditolak karena tanpa daftar masih dapat dipakai
      Dengan user "budi" dan "siti" sudah masuk
      Dan user "tono" sudah terdaftar
      Ketika "budi" mengirim request: creategroup {grup kelas}
      Maka hasilnya ERROR
      Ketika "budi" membuat grup "kelas" berisi "siti", "budi" dan "tono"
      Maka hasilnya OK

  @CREATEGROUP-3
  Aturan: `creategroup` sebelum `auth` adalah ERROR
    Skenario: tamu tidak dapat membuat grup
      Dengan user "budi" dan "siti" sudah masuk
      Dan user "tono" sudah terdaftar
      Dan "tamu" terkoneksi tanpa masuk
      Ketika "tamu" membuat grup "kelas" berisi "siti", "budi" dan "tono"
      Maka hasilnya ERROR
      Ketika "budi" membuat grup "kelas" berisi "siti", "budi" dan "tono"
      Maka hasilnya OK

  @CREATEGROUP-4
  Aturan: Setelah dibuat, grup dapat dikirimi pesan
    Skenario: grup baru langsung dapat dipakai
      Dengan user "budi" dan "siti" sudah masuk
      Dan user "tono" sudah terdaftar
      Ketika "budi" membuat grup "kelas" berisi "siti", "budi" dan "tono"
      Maka hasilnya OK
      Ketika "budi" mengirim pesan "selamat datang" ke grup "kelas"
      Maka hasilnya OK
      Dan inbox "siti" memuat pesan itu

    Skenario: grup tetap ada setelah pembuatnya keluar
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" keluar
      Dan "budi" masuk
      Dan "budi" mengirim pesan "sudah kembali" ke grup "kelas"
      Maka hasilnya OK
      Dan inbox "siti" memuat pesan itu

    Skenario: grup tetap ada selagi pembuatnya keluar
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "tono" mengirim pesan "selagi ada" ke grup "kelas"
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Ketika "budi" keluar
      Dan "tono" mengirim pesan "selagi tidak ada" ke grup "kelas"
      Maka hasilnya OK
      Dan inbox "siti" memuat pesan itu

    Skenario: grup tetap ada setelah koneksi pembuatnya putus
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" memutus koneksi
      Dan "budi" masuk
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Ketika "budi" mengirim pesan "sudah kembali" ke grup "kelas"
      Maka hasilnya OK
      Dan inbox "siti" memuat pesan itu

  @CREATEGROUP-5
  Aturan: Id yang sudah ada ditolak
    Garis-Besar Skenario: id yang sudah dipakai, dibuat lagi oleh <siapa>
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika <user> membuat grup "kelas" berisi "siti", "budi" dan "tono"
      Maka hasilnya ERROR

      Contoh:
        | siapa        | user   |
        | pembuatnya   | "budi" |
        | anggota lain | "tono" |

    Skenario: id yang sama, dibuat oleh delapan user sekaligus
      Ketika delapan user membuat grup "kelas" sekaligus
      Maka tepat satu pembuatan berhasil

  @CREATEGROUP-6
  Aturan: `creategroup` yang ditolak tidak mengubah apa pun: anggota tetap seperti semula
    Skenario: anggota tetap seperti semula
      Dengan user "budi", "siti", "tono" dan "wati" sudah masuk
      Dan user "agus" sudah terdaftar
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "agus"
      Ketika "wati" membuat grup "kelas" berisi "tono", "wati" dan "budi"
      Maka hasilnya ERROR
      Ketika "budi" mengirim pesan "masih sama" ke grup "kelas"
      Maka inbox "siti" memuat pesan itu
      Dan inbox "tono" tidak memuat pesan itu
      Dan inbox "wati" tidak memuat pesan itu

    Skenario: ditolak dua kali pun anggota tetap seperti semula
      Dengan user "budi", "siti", "tono" dan "wati" sudah masuk
      Dan user "agus" sudah terdaftar
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "agus"
      Ketika "wati" membuat grup "kelas" berisi "tono", "wati" dan "budi"
      Maka hasilnya ERROR
      Ketika "wati" membuat grup "kelas" berisi "tono", "wati" dan "budi"
      Maka hasilnya ERROR
      Ketika "budi" mengirim pesan "masih sama" ke grup "kelas"
      Maka inbox "siti" memuat pesan itu
      Dan inbox "tono" tidak memuat pesan itu

    Skenario: pembuatnya sendiri pun tidak menggantinya
      Dengan user "budi", "siti", "tono" dan "wati" sudah masuk
      Dan user "agus" sudah terdaftar
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "agus"
      Ketika "budi" membuat grup "kelas" berisi "tono", "wati" dan "budi"
      Maka hasilnya ERROR
      Ketika "budi" mengirim pesan "masih sama" ke grup "kelas"
      Maka inbox "siti" memuat pesan itu
      Dan inbox "tono" tidak memuat pesan itu

    Skenario: anggota yang mencobanya tetap anggota
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "tono" membuat grup "kelas" berisi "siti", "budi" dan "tono"
      Maka hasilnya ERROR
      Ketika "budi" mengirim pesan "masih sama" ke grup "kelas"
      Maka inbox "siti" memuat pesan itu
      Dan inbox "tono" memuat pesan itu

    Skenario: yang ditolak karena anggota yang tidak dikenal pun tidak mengubahnya
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" membuat grup "kelas" berisi "siti", "budi" dan "rina"
      Maka hasilnya ERROR
      Ketika "budi" mengirim pesan "masih sama" ke grup "kelas"
      Maka inbox "siti" memuat pesan itu
      Dan inbox "tono" memuat pesan itu

  @CREATEGROUP-7
  Aturan: Anggota yang tidak dikenal ditolak
    Garis-Besar Skenario: anggota yang tidak pernah terdaftar <letak>
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" membuat grup "kelas" berisi <anggota>
      Maka hasilnya ERROR

      Contoh:
        | letak       | anggota                     |
        | di awal     | "rina", "budi" dan "siti"   |
        | di tengah   | "budi", "rina" dan "siti"   |
        | di akhir    | "budi", "siti" dan "rina"   |

    Skenario: anggota dengan nama bawaan bahasa pemrograman
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request: creategroup {grup kelas} {nama budi},constructor,{nama siti}
      Maka hasilnya ERROR

  @CREATEGROUP-8
  Aturan: Setelah anggota tidak dikenal ditolak, tidak ada grup yang tertinggal
    Skenario: setelah ditolak, id itu belum menjadi grup
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" membuat grup "kelas" berisi "budi", "siti" dan "rina"
      Tetapi permintaan itu memang ditolak
      Ketika "budi" mengirim pesan "ada orang?" ke grup "kelas"
      Maka hasilnya ERROR
      Dan inbox "siti" tidak memuat pesan itu

    Skenario: setelah ditolak, id itu masih dapat dipakai
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "klub" buatan "budi" berisi "budi", "siti" dan "tono"
      Ketika "budi" membuat grup "kelas" berisi "budi", "siti" dan "rina"
      Tetapi permintaan itu memang ditolak
      Ketika "budi" membuat grup "kelas" berisi "budi", "siti" dan "tono"
      Maka hasilnya OK

    Skenario: setelah ditolak, nama yang tidak dikenal itu masih dapat didaftarkan
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" membuat grup "kelas" berisi "budi", "siti" dan "rina"
      Tetapi permintaan itu memang ditolak
      Ketika "rina" mendaftar
      Maka hasilnya OK
