# language: id
Fitur: auth
  TUJUAN: melakukan autentikasi pada user sebelum user bisa mengakses fitur yang ada
  PARAMETER1: nama user
  PARAMETER2: password user
  BERHASIL: status: OK, data: token user
  GAGAL: status: ERROR, data: pesan kesalahan

  @AUTH-1
  Aturan: Nama dan password yang benar menghasilkan OK dan token
    Skenario: user terdaftar masuk
      Dengan user "budi" sudah terdaftar
      Ketika "budi" masuk
      Maka hasilnya OK dengan data yang terisi

    Skenario: session adalah milik user yang masuk, bukan yang masuk sebelumnya di koneksi itu
      Dengan user "budi" dan "tono" sudah masuk
      Dan user "siti" sudah terdaftar
      Ketika "budi" keluar
      Dan "budi" mengirim request: auth {nama siti} {password siti}
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Ketika "tono" mengirim pesan "untuk siti" kepada "siti"
      Maka kotak masuk di koneksi "budi" memuat pesan itu

    Skenario: auth kedua yang diterima mengganti user di koneksi itu
      Dengan user "budi" dan "tono" sudah masuk
      Dan user "siti" sudah terdaftar
      Ketika "budi" mengirim request: auth {nama siti} {password siti}
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Ketika "tono" mengirim pesan "untuk siti" kepada "siti"
      Maka kotak masuk di koneksi "budi" memuat pesan itu

    Skenario: auth ulang oleh user yang sama tidak mengakhiri session
      Dengan user "budi" sudah masuk
      Ketika "budi" mengirim request: auth {nama budi} {password budi}
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Ketika "budi" mengirim request: inbox
      Maka hasilnya OK

    Skenario: password yang benar tetap diterima setelah satu kali salah
      Dengan user "budi" sudah terdaftar
      Ketika "penyusup" masuk sebagai "budi" dengan password yang salah
      Dan "budi" masuk
      Maka hasilnya OK dengan data yang terisi

  @AUTH-2
  Aturan: `auth` dengan parameter yang kurang adalah ERROR
    Garis-Besar Skenario: <yang kurang>
      Dengan user "budi" sudah terdaftar
      Ketika "budi" mengirim request: <request>
      Maka hasilnya ERROR

      Contoh:
        | yang kurang        | request          |
        | tanpa parameter    | auth             |
        | tanpa password     | auth {nama budi} |

    Skenario: password yang kosong
      Dengan user "budi" sudah terdaftar
      Ketika "budi" masuk dengan password yang kosong
      Maka hasilnya ERROR

  @AUTH-3
  Aturan: Password yang salah ditolak
    Skenario: password yang sama sekali lain
      Dengan user "budi" sudah terdaftar
      Ketika "budi" masuk dengan password yang salah
      Maka hasilnya ERROR

    Skenario: password tanpa huruf pertama
      Dengan user "budi" sudah terdaftar
      Ketika "budi" masuk dengan password tanpa huruf pertama
      Maka hasilnya ERROR

    Skenario: password yang salah setelah pernah masuk
      Dengan user "budi" sudah masuk
      Ketika "budi" keluar
      Dan "penyusup" masuk sebagai "budi" dengan password yang salah
      Maka hasilnya ERROR

    Skenario: password yang salah selagi user itu masuk di koneksi lain
      Dengan user "budi" sudah masuk
      Ketika "penyusup" masuk sebagai "budi" dengan password yang salah
      Maka hasilnya ERROR

    Skenario: password milik user lain
      Dengan user "budi" dan "siti" sudah terdaftar
      Ketika "budi" masuk dengan password milik "siti"
      Maka hasilnya ERROR

    Skenario: nama user sebagai password
      Dengan user "budi" sudah terdaftar
      Ketika "budi" mengirim request: auth {nama budi} {nama budi}
      Maka hasilnya ERROR

    Skenario: password dengan dua huruf yang ditukar
      Dengan user "budi" sudah terdaftar
      Ketika "budi" masuk dengan password yang dua hurufnya ditukar
      Maka hasilnya ERROR

    Skenario: password yang salah, diulang tiga kali
      Dengan user "budi" sudah terdaftar
      Ketika "budi" mengirim request berikut satu per satu:
        | auth {nama budi} Salah77x |
        | auth {nama budi} Salah77x |
        | auth {nama budi} Salah77x |
      Maka hasilnya ERROR, atau koneksinya ditutup

  @AUTH-4
  Aturan: User yang tidak terdaftar ditolak
    Skenario: nama yang tidak pernah didaftarkan
      Dengan "rina" terkoneksi tanpa masuk
      Ketika "rina" masuk di koneksi yang sama
      Maka hasilnya ERROR

    Skenario: nama yang tidak pernah didaftarkan, diulang
      Dengan "rina" terkoneksi tanpa masuk
      Ketika "rina" masuk di koneksi yang sama
      Maka hasilnya ERROR
      Ketika "rina" masuk di koneksi yang sama
      Maka hasilnya ERROR, atau koneksinya ditutup

    Garis-Besar Skenario: nama user <bentuk>
      Dengan user "budi" sudah terdaftar
      Ketika "budi" masuk dengan nama <bentuk>
      Maka hasilnya ERROR

      Contoh:
        | bentuk                |
        | tanpa huruf terakhir  |
        | dengan huruf tambahan |

  @AUTH-5
  Aturan: `auth` yang gagal tidak membuka apa pun
    Skenario: setelah password salah, fitur tetap tertutup
      Dengan user "budi" sudah terdaftar
      Ketika "budi" masuk dengan password yang salah
      Maka hasilnya ERROR
      Ketika "budi" mengirim request: inbox
      Maka hasilnya ERROR, atau koneksinya ditutup

    Skenario: setelah nama yang tidak dikenal, fitur tetap tertutup
      Dengan "rina" terkoneksi tanpa masuk
      Ketika "rina" masuk di koneksi yang sama
      Maka hasilnya ERROR
      Ketika "rina" mengirim request: inbox
      Maka hasilnya ERROR, atau koneksinya ditutup

    Skenario: setelah auth tanpa password, fitur tetap tertutup
      Dengan user "budi" sudah terdaftar
      Ketika "budi" mengirim request: inbox
      Tetapi jika permintaan itu tidak ditolak, skenario ini selesai
      Ketika "budi" mengirim request: auth {nama budi}
      Tetapi jika permintaan itu tidak ditolak, skenario ini selesai
      Ketika "budi" mengirim request: inbox
      Maka hasilnya ERROR, atau koneksinya ditutup

    Skenario: auth yang gagal atas nama user lain tidak membuka kotak masuknya
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan "tono" sudah mengirim pesan "untuk siti saja" kepada "siti"
      Ketika "budi" mengirim request: auth {nama siti} Salah77x
      Maka hasilnya ERROR, atau koneksinya ditutup
      Ketika "budi" mengirim request: inbox
      Maka hasilnya tidak memuat pesan itu

    Skenario: setelah logout, auth yang gagal tidak membuka lagi session yang lama
      Dengan user "budi" sudah masuk
      Ketika "budi" keluar
      Dan "budi" mengirim request: inbox
      Tetapi jika permintaan itu tidak ditolak, skenario ini selesai
      Ketika "budi" mengirim request: auth {nama budi} Salah77x
      Maka hasilnya ERROR, atau koneksinya ditutup
      Ketika "budi" mengirim request: inbox
      Maka hasilnya ERROR, atau koneksinya ditutup

    Garis-Besar Skenario: setelah password salah, <perintah> tetap tertutup
      Dengan user "budi" sudah terdaftar
      Dan user "siti" sudah masuk
      Ketika "budi" mengirim request: <request>
      Tetapi jika permintaan itu tidak ditolak, skenario ini selesai
      Ketika "budi" masuk dengan password yang salah
      Dan "budi" mengirim request: <request>
      Maka hasilnya ERROR, atau koneksinya ditutup

      Contoh:
        | perintah    | request                                          |
        | send        | send {alamat siti} halo                          |
        | creategroup | creategroup {grup kelas} {nama siti},{nama budi} |
        | logout      | logout                                           |

  @AUTH-6
  Aturan: Password yang hanya awal dari password yang benar, atau lebih panjang darinya, ditolak
    Garis-Besar Skenario: password <bentuk>
      Dengan user "budi" sudah terdaftar
      Ketika "budi" masuk dengan password <bentuk>
      Maka hasilnya ERROR

      Contoh:
        | bentuk                      |
        | tanpa huruf terakhir        |
        | yang hanya separuh          |
        | dengan huruf tambahan       |
        | dengan tanda tambahan       |

  @AUTH-7
  Aturan: Token dari dua session berbeda
    Skenario: dua user mendapat token yang berbeda
      Dengan user "budi" dan "siti" sudah terdaftar
      Ketika "budi" masuk
      Dan "siti" masuk
      Maka kedua token berbeda

    Skenario: satu user mendapat token baru setelah logout
      Dengan user "budi" sudah terdaftar
      Ketika "budi" masuk
      Dan "budi" keluar
      Dan "budi" masuk
      Maka kedua token berbeda

    Skenario: delapan user yang masuk sekaligus
      Ketika delapan user masuk sekaligus
      Maka semua token berbeda
